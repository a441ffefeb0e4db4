import path from 'node:path';
import { cacheFolder } from '../cache-folder.js';
import { type DevServer, startDevServer } from './dev-server.js';
import { findTemporal } from './find-executable.js';
import { claimDatabase, dropLease, isAlive, readLease, releaseDatabase, writeLease } from './server-lease.js';

/** Ports of Temporal's own dev server, so that its UI is where people expect it, where nobody has them yet. */
const usualPort = 7233;
const usualUiPort = 8233;

export interface LocalServer {
  readonly address: string;
  readonly ui: string;
  /** Whether it stays up after this process. */
  readonly staysUp: boolean;
  /** Ends the server if this process answers for it; otherwise only lets go of it. */
  release(): Promise<void>;
}

/**
 * The dev server of a `.segments` folder: the one that `segments dev` keeps up, or one of a dead process
 * taken over, or a new one on the folder's database. Where another short command has the database open, a server of
 * its own that forgets.
 */
export async function openLocalServer(options: {
  folder: string;
  /** True: others may use this server too, since it stays up. */
  shared: boolean;
  env: NodeJS.ProcessEnv;
  say: (text: string) => void;
}): Promise<LocalServer> {
  const { folder, shared, env, say } = options;
  const lease = await readLease(folder);
  if (lease?.shared && isAlive(lease.owner)) {
    return { address: lease.address, ui: lease.ui, staysUp: true, release: async () => undefined };
  }
  const mine = await claimDatabase(folder);
  if (mine && lease !== undefined) {
    await writeLease(folder, { ...lease, owner: process.pid, shared });
    return {
      ...{ address: lease.address, ui: lease.ui, staysUp: false },
      release: () => end(folder, adopted(lease.server)),
    };
  }
  try {
    const executable = await findTemporal(env, cacheFolder(env), say);
    const server = await startDevServer({
      executable: executable.path,
      database: mine ? path.join(folder, 'temporal.db') : undefined,
      logFile: path.join(folder, 'logs', 'temporal-server.log'),
      ...(mine ? { wishedPort: usualPort, wishedUiPort: usualUiPort } : {}),
    });
    const { address, ui } = server;
    if (!mine) return { address, ui, staysUp: false, release: () => server.stop() };
    await writeLease(folder, {
      owner: process.pid,
      shared,
      server: server.pid,
      address,
      ui,
    });
    return { address, ui, staysUp: false, release: () => end(folder, server) };
  } catch (error) {
    if (mine) await releaseDatabase(folder);
    throw error;
  }
}

async function end(folder: string, server: Pick<DevServer, 'stop'>): Promise<void> {
  await server.stop();
  await dropLease(folder);
  await releaseDatabase(folder);
}

/** A server whose starter was killed: ended by its recorded process ID. */
function adopted(pid: number): Pick<DevServer, 'stop'> {
  return {
    async stop() {
      if (isAlive(pid)) process.kill(pid, 'SIGTERM');
      for (let waited = 0; waited < 100 && isAlive(pid); waited++) {
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    },
  };
}
