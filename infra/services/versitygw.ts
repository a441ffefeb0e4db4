import { execFile } from 'node:child_process';
import { access, constants, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const exec = promisify(execFile);
export const versitygwVersion = '1.8.0';
const buildMilliseconds = 20 * 60_000;

async function isExecutable(file: string): Promise<boolean> {
  return await access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/**
 * The S3 server versitygw: from VERSITYGW, PATH or the cache, else built by Go (1.5 to 7 minutes, once).
 * @throws where Go is missing or the build fails.
 */
export async function findVersitygw(
  env: NodeJS.ProcessEnv,
  cache: string,
  say: (text: string) => void,
): Promise<string> {
  if (env['VERSITYGW']) return env['VERSITYGW'];
  for (const folder of (env['PATH'] ?? '').split(path.delimiter).filter((part) => part !== '')) {
    if (await isExecutable(path.join(folder, 'versitygw'))) return path.join(folder, 'versitygw');
  }
  const folder = path.join(cache, `versitygw-${versitygwVersion}`);
  const target = path.join(folder, 'versitygw');
  if (await isExecutable(target)) return target;
  await exec('go', ['version']);
  say(`building the S3 server versitygw ${versitygwVersion} with Go (once; kept in the cache)`);
  await mkdir(folder, { recursive: true });
  const scratch = await mkdtemp(path.join(folder, '.build-'));
  try {
    await exec('nice', ['go', 'install', `github.com/versity/versitygw/cmd/versitygw@v${versitygwVersion}`], {
      env: { ...env, GOBIN: scratch },
      timeout: buildMilliseconds,
      maxBuffer: 1 << 26,
    });
    // Two builders at once end with one whole file: the later rename replaces the same bytes.
    await rename(path.join(scratch, 'versitygw'), target);
    return target;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
