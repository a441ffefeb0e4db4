import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { SegmentsError } from '../errors.js';
import { checkReference, keyOf, notFound } from './check-reference.js';
import { type Digest, digestBytes, digestFile } from './file-digest.js';
import { fileError } from './file-error.js';
import { withFileLock } from './file-lock.js';
import { receiveFile } from './receive-file.js';
import { checkKey, compareCodePoints, lockSuffix, temporarySuffix, uriOf } from './store-key.js';
import { type ArtifactStore, type Versioned } from './store.js';

/** A temporary file older than this is a killed writer's. */
const temporaryAge = 24 * 60 * 60 * 1000;

/**
 * A store in a folder (`file:///dir`). Writes go to a temporary file beside the target, reach the disk, and are
 * renamed. Compare-and-swap takes a lock file (exclusive link, with its owner's name): right between processes of one
 * machine, and on NFS as far as its `link` is exclusive and its attribute cache is off for the folder. Where several
 * machines publish, use S3.
 */
export function createFileStore(uri: string): ArtifactStore {
  const base = uri.replace(/\/+$/, '');
  const root = fileURLToPath(base);
  const local = (key: string): string => path.join(root, ...checkKey(key).split('/'));
  const guarded = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw fileError(error, root);
    }
  };
  const missing = (uriOfMissing: string) => (error: unknown) => {
    throw isMissing(error) ? notFound(uriOfMissing) : error;
  };

  return {
    uri: base,

    putFile: (key, localPath, { rows, signal }) =>
      guarded(async () => {
        const target = local(key);
        const reference = (digest: Digest) => ({ uri: uriOf(base, key), ...digest, rows });
        const sizes = await Promise.all([stat(localPath), stat(target).catch(() => undefined)]);
        if (sizes[0].size === sizes[1]?.size) {
          const digest = await digestFile(localPath, signal);
          if ((await digestFile(target, signal)).sha256 === digest.sha256) return reference(digest);
        }
        return reference(
          await replace(target, createReadStream(localPath, { highWaterMark: 1 << 20 }), signal),
        );
      }),

    putBytes: (key, bytes, { rows, signal }) =>
      guarded(async () => ({
        uri: uriOf(base, key),
        ...(await replace(local(key), [bytes], signal)),
        rows,
      })),

    fetchFile: (ref, localPath, signal) =>
      guarded(async () => {
        const source = await open(local(keyOf(base, ref.uri))).catch(missing(ref.uri));
        const stream = source.createReadStream({ highWaterMark: 1 << 20 });
        await receiveFile(stream, localPath, (digest) => checkReference(ref, digest), signal).finally(() =>
          source.close(),
        );
      }),

    fetchBytes: (ref) =>
      guarded(async () => {
        const bytes = await readFile(local(keyOf(base, ref.uri))).catch(missing(ref.uri));
        checkReference(ref, digestBytes(bytes));
        return bytes;
      }),

    read: (key) => guarded(() => readVersioned(local(key))),

    swap: (key, bytes, expected) =>
      guarded(async () => {
        const target = local(key);
        await mkdir(path.dirname(target), { recursive: true });
        return await withFileLock(`${target}${lockSuffix}`, async (held) => {
          const present = await readVersioned(target);
          if (present?.version !== expected) return false;
          await replace(target, [bytes], undefined, async () => {
            if (!(await held())) throw lockLost(target);
          });
          return true;
        });
      }),

    list: (prefix) =>
      guarded(async () => {
        const folder = prefix.slice(0, Math.max(0, prefix.lastIndexOf('/')));
        if (folder !== '') checkKey(folder);
        const keys = await walk(root, folder);
        return keys.filter((key) => key.startsWith(prefix)).sort(compareCodePoints);
      }),

    remove: (key) => guarded(() => rm(local(key), { force: true })),
  };
}

function isMissing(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR';
}

function lockLost(target: string): SegmentsError {
  return new SegmentsError(
    'StoreUnavailable',
    `${target}: its lock was taken over while this process slept`,
    {
      where: target,
      remedy: 'The stage is retried.',
    },
  );
}

/** Puts content at `target`, whole or not at all; the digest is of the bytes that were written. */
async function replace(
  target: string,
  content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  signal?: AbortSignal,
  beforeRename?: () => Promise<void>,
): Promise<Digest> {
  await mkdir(path.dirname(target), { recursive: true });
  const temporary = `${target}.${process.pid}-${randomUUID()}${temporarySuffix}`;
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    const file = await open(temporary, 'wx');
    try {
      for await (const chunk of content) {
        signal?.throwIfAborted();
        hash.update(chunk);
        bytes += chunk.byteLength;
        await file.writeFile(chunk);
      }
      await file.sync();
    } finally {
      await file.close();
    }
    await beforeRename?.();
    await rename(temporary, target);
    await syncFolder(path.dirname(target));
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
  return { sha256: hash.digest('hex'), bytes };
}

/** Makes the rename itself outlive a power cut, where the system lets a folder be opened. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder).catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}

async function readVersioned(file: string): Promise<Versioned | undefined> {
  try {
    const bytes = await readFile(file);
    return { bytes, version: digestBytes(bytes).sha256 };
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Keys of all artifacts under a folder. Leftovers of killed writers are passed over, and removed once they are old. */
async function walk(root: string, folder: string): Promise<string[]> {
  const entries = await readdir(path.join(root, folder), { withFileTypes: true }).catch((error: unknown) => {
    if (isMissing(error)) return [];
    throw error;
  });
  const keys: string[] = [];
  for (const entry of entries) {
    const key = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) keys.push(...(await walk(root, key)));
    else if (entry.name.endsWith(temporarySuffix)) await removeIfOld(path.join(root, key));
    else if (!entry.name.endsWith(lockSuffix)) keys.push(key);
  }
  return keys;
}

async function removeIfOld(file: string): Promise<void> {
  const found = await stat(file).catch(() => undefined);
  // Cleaning is a courtesy: a reader without the right to it can still list.
  if (found !== undefined && Date.now() - found.mtimeMs > temporaryAge)
    await rm(file, { force: true }).catch(() => undefined);
}
