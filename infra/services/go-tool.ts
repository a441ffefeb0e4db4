import { execFile } from 'node:child_process';
import { access, constants, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const exec = promisify(execFile);
const buildMilliseconds = 20 * 60_000;

export interface GoTool {
  /** What the program is called. */
  readonly name: string;
  readonly version: string;
  /** Path of the package that `go install` builds. */
  readonly package: string;
}

export const helm: GoTool = { name: 'helm', version: '3.19.0', package: 'helm.sh/helm/v3/cmd/helm' };

export const versitygw: GoTool = {
  name: 'versitygw',
  version: '1.8.0',
  package: 'github.com/versity/versitygw/cmd/versitygw',
};

/** The checker of the Compose Specification's own library: what `docker compose config` reads with. */
export const composeSpec: GoTool = {
  name: 'compose-spec',
  version: '2.16.2',
  package: 'github.com/compose-spec/compose-go/v2/cmd',
};

/** A program from PATH or the cache, else built by Go (minutes, once). @throws where Go is missing or the build fails. */
export async function findGoTool(
  { name, version, package: source }: GoTool,
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
    if (await isExecutable(path.join(folder, name))) return path.join(folder, name);
  }
  const folder = path.join(cache, `${name}-${version}`);
  const target = path.join(folder, name);
  if (await isExecutable(target)) return target;
  await exec('go', ['version']);
  say(`building ${name} ${version} with Go (once; kept in the cache)`);
  await mkdir(folder, { recursive: true });
  const scratch = await mkdtemp(path.join(folder, '.build-'));
  try {
    await exec('nice', ['go', 'install', `${source}@v${version}`], {
      env: { ...env, GOBIN: scratch },
      timeout: buildMilliseconds,
      maxBuffer: 1 << 26,
    });
    // Two builders at once end with one whole file: the later rename replaces the same bytes.
    await rename(path.join(scratch, path.basename(source)), target);
    return target;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
