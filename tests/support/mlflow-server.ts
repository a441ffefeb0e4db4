import path from 'node:path';
import { cacheFolder } from '../../infra/cache-folder.js';
import { freePort } from '../../infra/free-port.js';
import { findMlflow, mlflowArguments } from '../../infra/services/mlflow.js';
import { isServed, startServerProcess } from '../../infra/services/server-process.js';
import { temporaryFolder } from './temp-folder.js';

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
  try {
    const server = await startServerProcess(
      {
        name: 'MLflow',
        file: path.join(bin, 'mlflow'),
        args: mlflowArguments(folder.path, port),
        cwd: folder.path,
        // Its job runners would be some ten processes more, for features that nothing here uses.
        env: {
          ...process.env,
          MLFLOW_SERVER_ENABLE_JOB_EXECUTION: 'false',
          PATH: `${bin}:${process.env['PATH'] ?? ''}`,
        },
        group: true,
      },
      () => isServed(`${url}/health`),
      startMilliseconds,
    );
    return { url, bin, stop: () => server.stop().then(() => folder.remove()) };
  } catch (error) {
    await folder.remove();
    throw error;
  }
}
