import { execFile } from 'node:child_process';
import { access, constants, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const exec = promisify(execFile);
const helmVersion = '3.19.0';
const buildMilliseconds = 20 * 60_000;

/** Helm, from PATH or the cache, else built by Go (minutes, once). @throws where Go is missing or the build fails. */
export async function findHelm(
  env: NodeJS.ProcessEnv,
  cache: string,
  say: (text: string) => void,
): Promise<string> {
  const isExecutable = async (file: string): Promise<boolean> =>
    await access(file, constants.X_OK).then(
      () => true,
      () => false,
    );
  for (const folder of (env['PATH'] ?? '').split(path.delimiter).filter((part) => part !== '')) {
    if (await isExecutable(path.join(folder, 'helm'))) return path.join(folder, 'helm');
  }
  const folder = path.join(cache, `helm-${helmVersion}`);
  const target = path.join(folder, 'helm');
  if (await isExecutable(target)) return target;
  await exec('go', ['version']);
  say(`building Helm ${helmVersion} with Go (once; kept in the cache)`);
  await mkdir(folder, { recursive: true });
  const scratch = await mkdtemp(path.join(folder, '.build-'));
  try {
    await exec('nice', ['go', 'install', `helm.sh/helm/v3/cmd/helm@v${helmVersion}`], {
      env: { ...env, GOBIN: scratch },
      timeout: buildMilliseconds,
      maxBuffer: 1 << 26,
    });
    await rename(path.join(scratch, 'helm'), target);
    return target;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
