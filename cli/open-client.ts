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

/**
 * Gives `work` a client, or undefined where there is no server, and closes it. Servers of the API and the dashboard, which need
 * one a few times a month, look for it each time: it need not be there when they start, and may come back elsewhere.
 * @throws SegmentsError EngineUnavailable
 */
export async function withFoundClient<T>(work: (client: Client | undefined) => Promise<T>): Promise<T> {
  const client = await findClient();
  try {
    return await work(client);
  } finally {
    await client?.connection.close();
  }
}

/**
 * A client for commands that make no sense on a server that ends with them.
 * @throws SegmentsError EngineUnavailable
 */
export function withClient<T>(work: (client: Client) => Promise<T>): Promise<T> {
  return withFoundClient(async (client) => {
    if (client !== undefined) return await work(client);
    throw new SegmentsError('EngineUnavailable', 'found no Temporal server that outlives this command', {
      where: 'TEMPORAL_ADDRESS or the profile in TEMPORAL_PROFILE',
      remedy: 'Name a server, or keep one up with segments dev in this folder.',
    });
  });
}
