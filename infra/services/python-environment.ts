import { execFile } from 'node:child_process';
import { access, mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const exec = promisify(execFile);

export interface PythonEnvironment {
  /** Name of its folder in the cache: with the version, so that another version gets another. */
  readonly name: string;
  /** What it is, for people who wait for it. */
  readonly what: string;
  readonly requirements: readonly string[];
  /** Python to run once, after the packages are there. */
  readonly finish?: string;
}

/**
 * The Python of a virtual environment in the cache, made on first use: from SEGMENTS_PYTHON or python3. An interrupted
 * installation is made again. @throws where Python or pip is missing.
 */
export async function pythonEnvironment(
  { name, what, requirements, finish }: PythonEnvironment,
  env: NodeJS.ProcessEnv,
  cache: string,
  say: (text: string) => void,
): Promise<string> {
  const folder = path.join(cache, name);
  const python = path.join(folder, 'bin', 'python');
  const complete = path.join(folder, 'complete');
  const isComplete = await access(complete).then(
    () => true,
    () => false,
  );
  if (isComplete) return python;
  say(`installing ${what} with pip (once; kept in the cache)`);
  await rm(folder, { recursive: true, force: true });
  await mkdir(cache, { recursive: true });
  const options = { env, maxBuffer: 1 << 26 };
  await exec(env['SEGMENTS_PYTHON'] || 'python3', ['-m', 'venv', folder], options);
  await exec(
    python,
    ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...requirements],
    options,
  );
  if (finish !== undefined) await exec(python, ['-c', finish], options);
  // A folder appears at once, or not at all.
  await mkdir(`${complete}.new`);
  await rename(`${complete}.new`, complete);
  return python;
}
