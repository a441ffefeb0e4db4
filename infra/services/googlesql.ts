import { execFile } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { findPythonEnvironment } from './python-environment.js';

export const zetasqlVersion = '0.1.5';
const script = fileURLToPath(new URL('googlesql.py', import.meta.url));

/** The Python with GoogleSQL's reference implementation in the cache, installed on first use. @throws where it cannot be had. */
export async function findGoogleSql(
  env: NodeJS.ProcessEnv,
  cache: string,
  say: (text: string) => void,
): Promise<string> {
  const bin = await findPythonEnvironment(
    { name: `zetasql-${zetasqlVersion}`, requirements: [`zetasql==${zetasqlVersion}`] },
    env,
    cache,
    say,
  );
  return path.join(bin, 'python');
}

export interface GoogleSqlQuestion {
  readonly sql: string;
  /** Name of the one table, and its columns. */
  readonly table: string;
  readonly columns: readonly (readonly [name: string, type: 'STRING' | 'INT64' | 'FLOAT64'])[];
  readonly rows: readonly (readonly (string | number | null)[])[];
}

export type GoogleSqlRows = (string | number | null)[][];

/**
 * Runs statements over a table each; gives the rows of each answer. Starting takes 20 s of CPU, so all are asked at once.
 * @throws with what the analyser says of a statement.
 */
export async function askGoogleSql(
  python: string,
  questions: readonly GoogleSqlQuestion[],
): Promise<GoogleSqlRows[]> {
  return await new Promise((resolve, reject) => {
    const child = execFile(python, [script], { maxBuffer: 1 << 28 }, (error, stdout, stderr) => {
      if (error) reject(new Error(stderr.trim().split('\n').at(-1)));
      else resolve(JSON.parse(stdout) as GoogleSqlRows[]);
    });
    child.stdin!.end(JSON.stringify(questions));
  });
}
