import { execFile } from 'node:child_process';
import { access, mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const exec = promisify(execFile);
const installMilliseconds = 30 * 60_000;

export interface PythonEnvironment {
  /** Name of its folder in the cache; give it the versions, so that a new set is a new folder. */
  readonly name: string;
  readonly requirements: readonly string[];
  /** Installed after the others and as they are: what they depend on besides is not needed. */
  readonly withoutDependencies?: readonly string[];
  /** Python lines run once after pip, for what packages want to be told. */
  readonly prepare?: string;
}

/**
 * The `bin` folder of a virtual environment in the cache, made with pip on first use. `SEGMENTS_PYTHON` names the Python.
 * @throws where Python or pip is missing, or a package cannot be had.
 */
export async function findPythonEnvironment(
  { name, requirements, withoutDependencies, prepare }: PythonEnvironment,
  env: NodeJS.ProcessEnv,
  cache: string,
  say: (text: string) => void,
): Promise<string> {
  const folder = path.join(cache, name);
  const bin = path.join(folder, process.platform === 'win32' ? 'Scripts' : 'bin');
  const complete = path.join(folder, 'complete');
  const isComplete = await access(complete).then(
    () => true,
    () => false,
  );
  if (isComplete) return bin;
  say(`installing ${name} with pip (once; kept in the cache)`);
  // An interrupted installation has no mark, and is made again from the start.
  await rm(folder, { recursive: true, force: true });
  await mkdir(cache, { recursive: true });
  await exec(env['SEGMENTS_PYTHON'] || 'python3', ['-m', 'venv', folder]);
  const python = path.join(bin, 'python');
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];
  const limits = { timeout: installMilliseconds, maxBuffer: 1 << 26 };
  await exec(python, [...pip, ...requirements], limits);
  if (withoutDependencies !== undefined)
    await exec(python, [...pip, '--no-deps', ...withoutDependencies], limits);
  if (prepare !== undefined) await exec(python, ['-c', prepare], limits);
  await mkdir(`${complete}.new`);
  await rename(`${complete}.new`, complete);
  return bin;
}
