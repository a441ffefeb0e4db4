import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type FilePattern } from './file-pattern.js';

/** Paths of the files below the pattern's base, with slashes, as far down as it can match. Links to folders are not followed. */
export async function* localNames({
  base,
  depth,
}: Pick<FilePattern, 'base' | 'depth'>): AsyncGenerator<string> {
  yield* walk(base, '', depth);
}

async function* walk(base: string, folder: string, depth: number): AsyncGenerator<string> {
  // A folder that is not there has no files: the pattern is then said to match none.
  const entries = await readdir(join(base, folder), { withFileTypes: true }).catch((error: unknown) => {
    if (folder === '' && (error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  });
  for (const entry of entries) {
    const name = `${folder}${entry.name}`;
    if (entry.isDirectory()) {
      if (depth > 0) yield* walk(base, `${name}/`, depth - 1);
    } else if (entry.isFile() || (entry.isSymbolicLink() && (await isFile(join(base, name))))) yield name;
  }
}

const isFile = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
