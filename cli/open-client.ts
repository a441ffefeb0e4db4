import { type Client } from '@temporalio/client';
import { connectClient } from '../infra/temporal/connect.js';
import { readLease } from '../infra/temporal/server-lease.js';
import { SegmentsError } from '../shared/errors.js';
import { serverIsNamed, stateFolder } from './open-engine.js';

/** A client of the server that the user named, or of the one that `segments dev` keeps up; undefined without either. */
export async function findClient(): Promise<Client | undefined> {
  if (serverIsNamed()) return await connectClient(undefined);
  const lease = await readLease(stateFolder());
  return lease?.shared ? await connectClient(lease) : undefined;
}

export interface ClientOnDemand {
  /** Gives `work` the client, or undefined where there is no server. @throws SegmentsError EngineUnavailable */
  with<T>(work: (client: Client | undefined) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/**
 * Looks for the server when first needed and keeps the connection: what a server of the API needs a few times a month must not
 * keep it from starting. One that was not there is looked for again.
 */
export function clientOnDemand(find: () => Promise<Client | undefined>): ClientOnDemand {
  let opening: Promise<Client | undefined> | undefined;
  return {
    async with(work) {
      opening ??= find();
      let client;
      try {
        client = await opening;
      } finally {
        if (client === undefined) opening = undefined;
      }
      return await work(client);
    },
    async close() {
      await (await opening?.catch(() => undefined))?.connection.close();
    },
  };
}

/**
 * A client for commands that make no sense on a server that ends with them.
 * @throws SegmentsError EngineUnavailable
 */
export async function withClient<T>(work: (client: Client) => Promise<T>): Promise<T> {
  const client = await findClient();
  if (client === undefined) {
    throw new SegmentsError('EngineUnavailable', 'found no Temporal server that outlives this command', {
      where: 'TEMPORAL_ADDRESS or the profile in TEMPORAL_PROFILE',
      remedy: 'Name a server, or keep one up with segments dev in this folder.',
    });
  }
  try {
    return await work(client);
  } finally {
    await client.connection.close();
  }
}
