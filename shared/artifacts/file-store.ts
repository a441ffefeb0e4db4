import { randomUUID } from 'node:crypto';
import { copyFile, mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Reference } from '../contracts/reference.js';
import { SegmentsError } from '../errors.js';
import { checkReference, keyOf, notFound } from './check-reference.js';
import { digestBytes, digestFile } from './file-digest.js';
import { withFileLock } from './file-lock.js';
import { checkKey } from './store-key.js';
import { type ArtifactStore, type Versioned } from './store.js';

/** Temporary files end so, and are never listed: what a killed writer left is not an artifact. */
const temporarySuffix = '.partial';
const temporaryAge = 24 * 60 * 60 * 1000;

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}

function unavailable(root: string, error: unknown): unknown {
  const code = codeOf(error);
  if (error instanceof SegmentsError || code === undefined) return error;
  const remedies: Record<string, string> = {
    ENOSPC: 'Free space on that disk; the stage is retried.',
    EDQUOT: 'Raise the quota or free space; the stage is retried.',
  };
  return new SegmentsError('StoreUnavailable', `${code}: ${(error as Error).message}`, {
    where: root,
    remedy: remedies[code] ?? 'Check that the folder exists and can be written; the stage is retried.',
    cause: error,
  });
}

/**
 * A store in a folder (`file:///dir`). Writes go to a temporary file beside the target, reach the disk, and are
 * renamed. Compare-and-swap takes a lock file, which holds between processes of one machine; on network file systems
 * without exclusive create it does not: use S3 there.
 */
export function createFileStore(uri: string): ArtifactStore {
  const root = fileURLToPath(uri);
  const base = uri.replace(/\/+$/, '');
  const local = (key: string): string => path.join(root, ...checkKey(key).split('/'));
  const guarded = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw unavailable(root, error);
    }
  };

  /** Whole or not at all: `fill` makes the temporary file. */
  const replace = async (target: string, fill: (temporary: string) => Promise<void>): Promise<void> => {
    await mkdir(path.dirname(target), { recursive: true });
    const temporary = `${target}.${process.pid}-${randomUUID()}${temporarySuffix}`;
    try {
      await fill(temporary);
      const handle = await open(temporary, 'r+');
      try {
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(temporary, target);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  };

  const reference = (key: string, digest: { sha256: string; bytes: number }, rows: number): Reference => ({
    uri: `${base}/${encodeURI(key)}`,
    ...digest,
    rows,
  });

  const store: ArtifactStore = {
    uri: base,

    putFile: (key, localPath, { rows, signal }) =>
      guarded(async () => {
        const digest = await digestFile(localPath, signal);
        const target = local(key);
        const present = await stat(target).catch(() => undefined);
        const same =
          present?.size === digest.bytes && (await digestFile(target, signal)).sha256 === digest.sha256;
        if (!same) await replace(target, (temporary) => copyFile(localPath, temporary));
        return reference(key, digest, rows);
      }),

    putBytes: (key, bytes, { rows }) =>
      guarded(async () => {
        await replace(local(key), (temporary) => writeFile(temporary, bytes));
        return reference(key, digestBytes(bytes), rows);
      }),

    fetchFile: (ref, localPath, signal) =>
      guarded(async () => {
        const from = local(keyOf(base, ref.uri));
        await mkdir(path.dirname(localPath), { recursive: true });
        await copyFile(from, localPath).catch((error: unknown) => {
          throw codeOf(error) === 'ENOENT' ? notFound(ref.uri) : error;
        });
        checkReference(ref, await digestFile(localPath, signal));
      }),

    fetchBytes: (ref) =>
      guarded(async () => {
        const bytes = await readFile(local(keyOf(base, ref.uri))).catch((error: unknown) => {
          throw codeOf(error) === 'ENOENT' ? notFound(ref.uri) : error;
        });
        checkReference(ref, digestBytes(bytes));
        return bytes;
      }),

    read: (key) => guarded(() => readVersioned(local(key))),

    swap: (key, bytes, expected) =>
      guarded(async () => {
        const target = local(key);
        await mkdir(path.dirname(target), { recursive: true });
        return await withFileLock(`${target}.lock`, async () => {
          const present = await readVersioned(target);
          if (present?.version !== expected) return false;
          await replace(target, (temporary) => writeFile(temporary, bytes));
          return true;
        });
      }),

    list: (prefix) =>
      guarded(async () => {
        const keys = await walk(root, '');
        return keys.filter((key) => key.startsWith(prefix)).sort();
      }),

    remove: (key) => guarded(() => rm(local(key), { force: true })),
  };
  return store;
}

async function readVersioned(file: string): Promise<Versioned | undefined> {
  try {
    const bytes = await readFile(file);
    return { bytes, version: digestBytes(bytes).sha256 };
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Keys of all artifacts under a folder. Leftovers of killed writers are passed over, and removed once they are old. */
async function walk(root: string, folder: string): Promise<string[]> {
  const entries = await readdir(path.join(root, folder), { withFileTypes: true }).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  });
  const keys: string[] = [];
  for (const entry of entries) {
    const key = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) keys.push(...(await walk(root, key)));
    else if (entry.name.endsWith(temporarySuffix)) await removeIfOld(path.join(root, key));
    else if (!entry.name.endsWith('.lock')) keys.push(key);
  }
  return keys;
}

async function removeIfOld(file: string): Promise<void> {
  const found = await stat(file).catch(() => undefined);
  if (found !== undefined && Date.now() - found.mtimeMs > temporaryAge) await rm(file, { force: true });
}
