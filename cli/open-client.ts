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
 * The same for commands that make no sense on a server that ends with them.
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
