import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { s3ClientFromEnvironment } from '../../artifacts/s3-client.js';
import { type ColumnMapping } from '../../contracts/source.js';
import { fetchWebFile } from '../fetch-web-file.js';
import { type SourceContext } from '../sales-source.js';
import { tooLarge } from '../too-large.js';
import { withoutQuery } from '../without-query.js';
import {
  type FileKind,
  type FilePattern,
  folderPattern,
  gatherNames,
  isPattern,
  parsePattern,
  plainName,
} from './file-pattern.js';
import { localNames } from './local-names.js';
import { type Partition, readPartition } from './partition.js';
import { fetchObject, listObjects, parseS3Address } from './s3-objects.js';

/** Sales of the largest retailers stay far below; an address that never ends does not fill the disk. */
const defaultMostBytes = 64 * 2 ** 30;

export interface SourceFile {
  /** Where it can be read on this machine. */
  readonly path: string;
  /** Its path below the folder that the source names, with slashes. */
  readonly name: string;
  /** The whole of it, for messages. */
  readonly where: string;
  readonly partition: Partition;
}

export interface SourceFiles {
  /** In code point order of their names, whatever the order in which they were listed. */
  readonly files: readonly SourceFile[];
  /** True where the source names one file; rows of several are told by file and line. */
  readonly single: boolean;
}

export interface NamedFiles {
  readonly kind: FileKind;
  readonly path: string;
  readonly columns?: ColumnMapping | undefined;
}

/**
 * The files that a source's path names: one file, or all of a folder or shell pattern, here or on S3; or one at an https
 * address. What lies elsewhere is downloaded to scratch first, at most `mostBytes` of it. A path that is a file as it stands
 * is that file, whatever characters it holds. Throws SourceNotFound, CredentialsRefused, SourceRefused, SourceUnavailable, InvalidInput.
 */
export async function sourceFiles(
  source: NamedFiles,
  context: SourceContext,
  mostBytes = defaultMostBytes,
): Promise<SourceFiles> {
  const { path } = source;
  if (/^https?:\/\//i.test(path)) {
    const local = await fetchWebFile(path, context, mostBytes);
    const where = withoutQuery(path);
    return { single: true, files: [{ path: local, name: where, where, partition: {} }] };
  }
  return /^s3:\/\//i.test(path) ? await s3Files(source, context, mostBytes) : await localFiles(source);
}

async function localFiles({ path, kind, columns }: NamedFiles): Promise<SourceFiles> {
  const found = await stat(path).catch(() => undefined);
  const pattern = found?.isDirectory() ? folderPattern(path, kind) : patternOf(path, found !== undefined);
  if (pattern === undefined) {
    const file = found === undefined ? plainName(path) : path;
    const partition = readPartition(file, columns);
    return { single: true, files: [{ path: file, name: file, where: file, partition }] };
  }
  const names = await gatherNames(localNames(pattern), pattern, path);
  const files = names.map((name) => {
    const where = join(pattern.base, name);
    return { path: where, name, where, partition: readPartition(where, columns) };
  });
  return { single: false, files };
}

const patternOf = (path: string, exists: boolean): FilePattern | undefined =>
  !exists && isPattern(path) ? parsePattern(path) : undefined;

async function s3Files(
  { path, kind, columns }: NamedFiles,
  { scratch, env, signal, onProgress }: SourceContext,
  mostBytes: number,
): Promise<SourceFiles> {
  const { bucket, key } = parseS3Address(path);
  const isFolder = key === '' || key.endsWith('/');
  const pattern = isFolder
    ? folderPattern(key.replace(/\/+$/, ''), kind)
    : isPattern(key)
      ? parsePattern(key)
      : undefined;
  const client = s3ClientFromEnvironment(env);
  try {
    const bytesOf = new Map<string, number>();
    const names = async function* (base: string): AsyncGenerator<string> {
      for await (const { name, bytes } of listObjects(client, { bucket, key: base }, signal)) {
        if (pattern!.matches(name)) bytesOf.set(name, bytes);
        yield name;
      }
    };
    const found =
      pattern === undefined ? [plainName(key)] : await gatherNames(names(pattern.base), pattern, path);
    const listed = [...bytesOf.values()].reduce((sum, bytes) => sum + bytes, 0);
    if (listed > mostBytes) throw tooLarge(path, listed, mostBytes);
    let before = 0;
    const files: SourceFile[] = [];
    for (const name of found) {
      const whole = pattern === undefined || pattern.base === '' ? name : `${pattern.base}/${name}`;
      const target = join(scratch, `object-${files.length}`);
      before += await fetchObject(
        client,
        { bucket, key: whole },
        {
          target,
          mostBytes: mostBytes - before,
          signal,
          onBytes(done, own) {
            const total = pattern === undefined ? own : listed;
            onProgress({
              phase: 'bytes downloaded',
              done: before + done,
              ...(total === undefined ? {} : { total }),
            });
          },
        },
      );
      const where = `s3://${bucket}/${whole}`;
      files.push({ path: target, name, where, partition: readPartition(whole, columns) });
    }
    return { single: pattern === undefined, files };
  } finally {
    client.destroy();
  }
}
