import picomatch from 'picomatch';
import { compareCodePoints } from '../../artifacts/store-key.js';
import { SegmentsError } from '../../errors.js';

/** Files of one source. Thirty years of days are fewer than these three times over. */
export const mostFiles = 5000;
/** Names that are looked at for them. */
const mostNames = 1_000_000;

export type FileKind = 'csv' | 'parquet';

/** What is taken out of a folder; other files there are not looked at. */
const endings: Readonly<Record<FileKind, RegExp>> = {
  csv: /\.((csv|tsv|txt)(\.(gz|zst|zip))?|zip)$/i,
  parquet: /\.(parquet|pq)$/i,
};

export interface FilePattern {
  /** The folder that all files lie in, without a trailing slash; empty for the root of a bucket. */
  readonly base: string;
  /** How many folders deep below `base` files may lie; Infinity where any. */
  readonly depth: number;
  /** Whether the file with this name below `base` is one of them. */
  matches(name: string): boolean;
}

/** A backslash takes the meaning from the character after it. */
export const isPattern = (path: string): boolean => /^(?:[^\\]|\\.)*?[*?[{]/s.test(path);

/** A path without the backslashes that take a meaning away. */
export const plainName = (path: string): string => path.replace(/\\(.)/g, '$1');

/**
 * Shell patterns: `*`, `?`, `[ab]`, `{a,b}` and, for any depth, `**`. As in Hive and Spark, names that begin with a dot or an
 * underscore are none that a wildcard stands for: `_SUCCESS`, `_temporary/`.
 */
export function parsePattern(path: string): FilePattern {
  // What else picomatch would take for a pattern stands in names of files: "sales (1).csv".
  const { base, glob } = picomatch.scan(path.replace(/(?<!\\)[()!+@|^$]/g, '\\$&'));
  const test = picomatch(glob);
  const depth = /\*\*|\{/.test(glob) ? Infinity : glob.split('/').length - 1;
  return { base: plainName(base), depth, matches: (name) => test(name) && !isHidden(name) };
}

/** Every file of the kind in a folder, however deep. */
export function folderPattern(base: string, kind: FileKind): FilePattern {
  return { base, depth: Infinity, matches: (name) => endings[kind].test(name) && !isHidden(name) };
}

/** Gathers the names that match, in code point order. Throws SourceNotFound for none, SourceRefused for too many. */
export async function gatherNames(
  names: AsyncIterable<string>,
  pattern: FilePattern,
  where: string,
): Promise<string[]> {
  const found: string[] = [];
  let seen = 0;
  for await (const name of names) {
    if (pattern.matches(name)) found.push(name);
    if (++seen > mostNames) throw tooMany(`more than ${mostNames} names`, where);
    if (found.length > mostFiles) throw tooMany(`more than ${mostFiles} files`, where);
  }
  if (found.length > 0) return found.sort(compareCodePoints);
  throw new SegmentsError('SourceNotFound', `no file matches ${where}; ${seen} were looked at`, {
    where,
    remedy: 'Check the folder or pattern, as the worker sees it; names that begin with . or _ are left out.',
  });
}

const isHidden = (name: string): boolean => /(^|\/)[._]/.test(name);

function tooMany(found: string, where: string): SegmentsError {
  return new SegmentsError('SourceRefused', `${where}: found ${found}; at most ${mostFiles} files are read`, {
    where,
    remedy: 'Name a smaller folder or a narrower pattern, or write fewer, larger files.',
  });
}
