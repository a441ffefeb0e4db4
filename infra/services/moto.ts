import { execFile } from 'node:child_process';
import { access, mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const exec = promisify(execFile);
export const motoVersion = '5.2.5';

/** What moto cannot show: it takes any credentials and ignores conditional writes. */
export const motoLacks = ['wrong credentials are refused', 'conditional writes'] as const;

/** The `moto_server` of a virtual environment in the cache, made on first use. @throws where Python or pip is missing. */
export async function findMoto(
  env: NodeJS.ProcessEnv,
  cache: string,
  say: (text: string) => void,
): Promise<string> {
  const folder = path.join(cache, `moto-${motoVersion}`);
  const server = path.join(folder, 'bin', 'moto_server');
  const complete = path.join(folder, 'complete');
  const exists = async (file: string): Promise<boolean> =>
    await access(file).then(
      () => true,
      () => false,
    );
  if (await exists(complete)) return server;
  say(`installing the S3 stand-in moto ${motoVersion} with pip (once; kept in the cache)`);
  await rm(folder, { recursive: true, force: true });
  await mkdir(cache, { recursive: true });
  await exec(env['SEGMENTS_PYTHON'] || 'python3', ['-m', 'venv', folder]);
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];
  await exec(path.join(folder, 'bin', 'python'), [...pip, `moto[server,s3]==${motoVersion}`]);
  // An interrupted installation has no such folder, and is made again.
  await mkdir(`${complete}.new`);
  await rename(`${complete}.new`, complete);
  return server;
}
