import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../free-port.js';
import { findPythonEnvironment } from './python-environment.js';
import { accepts, startServerProcess } from './server-process.js';

export const fakesnowVersion = '0.12.1';
const startMilliseconds = 120_000;
const script = fileURLToPath(new URL('fakesnow-json.py', import.meta.url));

/** The Python with fakesnow in the cache, installed on first use. @throws where Python or pip is missing. */
export async function findFakesnow(
  env: NodeJS.ProcessEnv,
  cache: string,
  say: (text: string) => void,
): Promise<string> {
  const bin = await findPythonEnvironment(
    {
      name: `fakesnow-${fakesnowVersion}`,
      requirements: [`fakesnow[server]==${fakesnowVersion}`, 'snowflake-connector-python<5'],
    },
    env,
    cache,
    say,
  );
  return path.join(bin, 'python');
}

export interface Fakesnow {
  readonly endpoint: string;
  /** Environment with which it can be reached. */
  readonly env: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** Starts it on a free port of 127.0.0.1, with an empty database. */
export async function startFakesnow(python: string): Promise<Fakesnow> {
  const port = await freePort();
  const password = 'segments-test-secret';
  const endpoint = `http://127.0.0.1:${port}`;
  const { stop } = await startServerProcess(
    { name: 'fakesnow', file: python, args: [script, String(port), password] },
    () => accepts(port),
    startMilliseconds,
  );
  return {
    endpoint,
    env: {
      SEGMENTS_SNOWFLAKE_URL: endpoint,
      SNOWFLAKE_ACCOUNT: 'fakesnow',
      SNOWFLAKE_USER: 'segments_test',
      SNOWFLAKE_PASSWORD: password,
      SNOWFLAKE_DATABASE: 'MART',
      SNOWFLAKE_SCHEMA: 'PUBLIC',
    },
    stop,
  };
}
