import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { cacheFolder } from '../../infra/cache-folder.js';
import { type DevServer, startDevServer } from '../../infra/temporal/dev-server.js';
import { findTemporal } from '../../infra/temporal/find-executable.js';

/** A real Temporal server of a test file's own: found or fetched as the product does, on free ports, forgetting. */
export async function startTestServer(): Promise<DevServer> {
  const folder = await mkdtemp(path.join(tmpdir(), 'segments-temporal-'));
  const { path: executable } = await findTemporal(process.env, cacheFolder(process.env), () => undefined);
  const server = await startDevServer({
    executable,
    database: undefined,
    logFile: path.join(folder, 'server.log'),
  });
  return {
    ...server,
    async stop() {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
