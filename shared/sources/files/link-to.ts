import { mkdir, symlink } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { type SourceFile } from './source-files.js';

/** DuckDB takes *, ? and [ in a path for a pattern; a name of our own has none. The rest is kept, for DuckDB's messages. */
export async function linkTo(file: SourceFile, folder: string): Promise<string> {
  await mkdir(folder);
  const link = join(
    folder,
    basename(file.name)
      .replace(/[^\w.=-]/g, '_')
      .slice(-100),
  );
  await symlink(resolve(file.path), link);
  return link;
}
