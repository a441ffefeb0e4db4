import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../free-port.js';
import { findPythonEnvironment } from './python-environment.js';
import { isServed, startServerProcess } from './server-process.js';

export const bqemulatorVersion = '1.4.0';
const startMilliseconds = 180_000;
const script = fileURLToPath(new URL('bigquery-emulator.py', import.meta.url));

/**
 * The Python with bqemulator in the cache, installed on first use. DuckDB is pinned to the version whose extensions come
 * as packages, since nothing else can be downloaded where it runs. @throws where Python or pip is missing.
 */
export async function findBigQueryEmulator(
  env: NodeJS.ProcessEnv,
  cache: string,
  say: (text: string) => void,
): Promise<string> {
  const bin = await findPythonEnvironment(
    {
      name: `bqemulator-${bqemulatorVersion}`,
      requirements: [
        `bqemulator==${bqemulatorVersion}`,
        'duckdb==1.5.5',
        'duckdb-extensions==1.5.5',
        'duckdb-extension-spatial==1.5.5',
        'numpy',
      ],
      prepare: "import duckdb_extensions; duckdb_extensions.import_extension('spatial')",
    },
    env,
    cache,
    say,
  );
  return path.join(bin, 'python');
}

export interface BigQueryEmulator {
  readonly endpoint: string;
  readonly project: string;
  stop(): Promise<void>;
}

/** Starts the emulator on a free port of 127.0.0.1, with nothing in it. */
export async function startBigQueryEmulator(python: string): Promise<BigQueryEmulator> {
  const project = 'segments-test';
  const [port, grpcPort] = [await freePort(), await freePort()];
  const endpoint = `http://127.0.0.1:${port}`;
  const { stop } = await startServerProcess(
    {
      name: 'the BigQuery emulator',
      file: python,
      args: [
        ...[script, 'start', '--project', project, '--log-level', 'error'],
        ...['--rest-port', String(port), '--grpc-port', String(grpcPort)],
      ],
    },
    () => isServed(`${endpoint}/bigquery/v2/projects/${project}/datasets`),
    startMilliseconds,
  );
  return { endpoint, project, stop };
}
