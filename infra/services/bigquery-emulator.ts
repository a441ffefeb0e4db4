import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../free-port.js';
import { findPythonEnvironment } from './python-environment.js';

export const bqemulatorVersion = '1.4.0';
const startMilliseconds = 180_000;

/** What this stand-in for BigQuery cannot show. */
export const bqemulatorLacks = [
  'wrong credentials are refused (it asks for none)',
  'bytes that a query reads (it says 0), so that the cap is tested on a double',
  'rate limits',
] as const;

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
  const child = spawn(
    python,
    [
      ...['-m', 'bqemulator', 'start', '--project', project, '--log-level', 'error'],
      ...['--rest-port', String(port), '--grpc-port', String(grpcPort)],
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (said = (said + String(chunk)).slice(-4000)));
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  };
  const endpoint = `http://127.0.0.1:${port}`;
  for (let waited = 0; waited < startMilliseconds; waited += 200) {
    if (child.exitCode !== null) throw new Error(`the BigQuery emulator ended: ${said}`);
    const answer = await fetch(`${endpoint}/bigquery/v2/projects/${project}/datasets`).catch(() => undefined);
    if (answer?.ok === true) return { endpoint, project, stop };
    await sleep(200);
  }
  await stop();
  throw new Error(`the BigQuery emulator does not answer: ${said}`);
}
