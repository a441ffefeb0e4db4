import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

/** sha256 of every file of a run's folder but the manifest, by its name in the folder. */
export async function runFolderSums(folder: string): Promise<Record<string, string>> {
  const names = (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .filter((name) => name !== 'manifest.json')
    .sort();
  const sums: Record<string, string> = {};
  for (const name of names)
    sums[name] = createHash('sha256')
      .update(await readFile(path.join(folder, name)))
      .digest('hex');
  return sums;
}
