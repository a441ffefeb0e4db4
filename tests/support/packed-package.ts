import { execFile } from 'node:child_process';
import { chmod, mkdir, readFile, symlink } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { projectRoot } from './segments-command.js';

const run = promisify(execFile);

export interface PackedPackage {
  readonly tarball: string;
  /** Bytes of the tarball. */
  readonly packedSize: number;
  /** Bytes of the files in it. */
  readonly unpackedSize: number;
  readonly files: readonly string[];
}

/** What `npm pack` makes of the build that is there. */
export async function packPackage(folder: string): Promise<PackedPackage> {
  const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder];
  const { stdout } = await run('npm', args, { cwd: projectRoot, maxBuffer: 20_000_000 });
  const [packed] = JSON.parse(stdout) as [
    { filename: string; size: number; unpackedSize: number; files: { path: string }[] },
  ];
  return {
    tarball: path.join(folder, packed.filename),
    packedSize: packed.size,
    unpackedSize: packed.unpackedSize,
    files: packed.files.map((file) => file.path),
  };
}

/**
 * A folder with the package in it as `npm install` leaves it, without asking a registry: unpacked, and beside it links to
 * what it declares as its dependencies, and to nothing else. Something that it uses and does not declare is not found.
 */
export async function installPacked({ tarball }: PackedPackage, folder: string): Promise<void> {
  const modules = path.join(folder, 'node_modules');
  const own = path.join(modules, 'stable-segments');
  await mkdir(path.join(modules, '.bin'), { recursive: true });
  await mkdir(own);
  await run('tar', ['-xzf', tarball, '--strip-components=1', '-C', own]);
  const { dependencies, bin } = JSON.parse(await readFile(path.join(own, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
    bin: Record<string, string>;
  };
  for (const name of [...Object.keys(dependencies), '@types/node']) {
    await mkdir(path.dirname(path.join(modules, name)), { recursive: true });
    await symlink(path.join(projectRoot, 'node_modules', name), path.join(modules, name));
  }
  for (const [name, target] of Object.entries(bin)) {
    // As npm does.
    await chmod(path.join(own, target), 0o755);
    await symlink(path.join(own, target), path.join(modules, '.bin', name));
  }
}
