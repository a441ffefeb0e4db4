import { Client, Connection } from '@temporalio/client';
import { type DevServer } from '../../infra/temporal/dev-server.js';
import { runningWorker } from './running-worker.js';
import { startTestServer } from './temporal-server.js';

export interface WorkedServer {
  readonly server: DevServer;
  readonly client: Client;
  stop(): Promise<void>;
}

/** A real Temporal server of a test file's own, with a client and a worker process. */
export async function startWorkedServer(): Promise<WorkedServer> {
  const server = await startTestServer();
  const worker = await runningWorker(server.address);
  const client = new Client({ connection: await Connection.connect({ address: server.address }) });
  return {
    server,
    client,
    async stop() {
      await client.connection.close();
      await worker.stop();
      await server.stop();
    },
  };
}
