import pg from 'pg';
import { type PostgresSettings } from './connection-settings.js';

/** A connected client; an abort, now or later, breaks its connection, and whatever waits for it fails. */
export async function connectPostgres(settings: PostgresSettings, signal: AbortSignal): Promise<pg.Client> {
  try {
    return await connect(settings.client, signal);
  } catch (error) {
    if (!settings.plainIsFine || !/does not support SSL/.test((error as Error).message)) throw error;
    return await connect({ ...settings.client, ssl: false }, signal);
  }
}

async function connect(config: pg.ClientConfig, signal: AbortSignal): Promise<pg.Client> {
  signal.throwIfAborted();
  const client = new pg.Client(config);
  // A lost connection is reported by whatever was waiting for an answer; unheard, the event would end the process.
  client.on('error', () => undefined);
  const breakOff = (): void => {
    const { stream } = (
      client as unknown as { connection: { stream: NodeJS.WritableStream & { destroy(): void } } }
    ).connection;
    stream.destroy();
  };
  signal.addEventListener('abort', breakOff, { once: true });
  client.once('end', () => signal.removeEventListener('abort', breakOff));
  try {
    await client.connect();
    return client;
  } catch (error) {
    signal.removeEventListener('abort', breakOff);
    breakOff();
    throw error;
  }
}
