import path from 'node:path';
import { cacheFolder } from '../../infra/cache-folder.js';
import { type DevServer, startDevServer } from '../../infra/temporal/dev-server.js';
import { findTemporal } from '../../infra/temporal/find-executable.js';

export interface DurableServer {
  /** The same after every restart. */
  readonly address: string;
  /** Ends the server without a warning. */
  kill(): Promise<void>;
  /** Starts it again, on the same port and the same database. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

const portOf = (address: string): number => Number(address.slice(address.lastIndexOf(':') + 1));

/** A Temporal server on a database file in `folder`. */
export async function startDurableServer(folder: string): Promise<DurableServer> {
  const { path: executable } = await findTemporal(process.env, cacheFolder(process.env), () => undefined);
  const options = {
    executable,
    database: path.join(folder, 'temporal.db'),
    logFile: path.join(folder, 'temporal.log'),
  };
  let server: DevServer = await startDevServer(options);
  const { address, ui } = server;
  const isAlive = (): boolean => {
    try {
      process.kill(server.pid, 0);
      return true;
    } catch {
      return false;
    }
  };
  return {
    address,
    async kill() {
      process.kill(server.pid, 'SIGKILL');
      while (isAlive()) await new Promise((resolve) => setTimeout(resolve, 20));
    },
    async restart() {
      server = await startDevServer({ ...options, wishedPort: portOf(address), wishedUiPort: portOf(ui) });
      if (server.address !== address) throw new Error(`${address} was taken by another process meanwhile`);
    },
    stop: () => server.stop(),
  };
}
