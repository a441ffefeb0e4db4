import { spawn } from 'node:child_process';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cacheFolder } from '../../infra/cache-folder.js';
import { freePort } from '../../infra/free-port.js';
import { findMlflow, mlflowArguments } from '../../infra/services/mlflow.js';
import { endGroup } from './end-group.js';
import { temporaryFolder } from './temporary-folder.js';

const say = (text: string): void => void process.stderr.write(`${text}\n`);
const startMilliseconds = 180_000;

export interface MlflowServer {
  readonly url: string;
  /** Folder of its programs, the Python that has MLflow's client among them. */
  readonly bin: string;
  stop(): Promise<void>;
}

/** A real MLflow tracking server with a registry and an artifact proxy; undefined where none can be had. */
export async function startMlflow(): Promise<MlflowServer | undefined> {
  let bin: string;
  try {
    bin = await findMlflow(process.env, cacheFolder(process.env), say);
  } catch (error) {
    say(`MLflow cannot be had (${String(error).split('\n')[0]}): its tests are skipped`);
    return undefined;
  }
  const folder = await temporaryFolder();
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  // A group of its own: the server is a parent of workers, and all end with it.
  const child = spawn(path.join(bin, 'mlflow'), mlflowArguments(folder.path, port), {
    cwd: folder.path,
    // Its job runners would be some ten processes more, for features that nothing here uses.
    env: {
      ...process.env,
      MLFLOW_SERVER_ENABLE_JOB_EXECUTION: 'false',
      PATH: `${bin}:${process.env['PATH'] ?? ''}`,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-4000)));
  const stop = async (): Promise<void> => {
    await endGroup(child);
    await folder.remove();
  };
  for (let waited = 0; waited < startMilliseconds; waited += 250) {
    if (child.exitCode !== null) break;
    const answer = await fetch(`${url}/health`).catch(() => undefined);
    if (answer?.ok) return { url, bin, stop };
    await sleep(250);
  }
  await stop();
  throw new Error(`MLflow does not get ready: ${said}`);
}
