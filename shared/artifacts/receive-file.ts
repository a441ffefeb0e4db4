import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { SegmentsError } from '../errors.js';
import { type Digest } from './file-digest.js';

function scratchError(error: unknown, localPath: string): SegmentsError {
  return new SegmentsError('ScratchUnavailable', `cannot write ${localPath}: ${(error as Error).message}`, {
    where: localPath,
    remedy: 'Free space on that disk and check that the scratch folder can be written; the stage is retried.',
    cause: error,
  });
}

/**
 * Writes a stream to `localPath`, which appears only once `check` has accepted the digest of all of it. What comes from
 * `source` is thrown as it is; trouble with the local disk is ScratchUnavailable.
 */
export async function receiveFile(
  source: AsyncIterable<Uint8Array>,
  localPath: string,
  check: (digest: Digest) => void,
  signal?: AbortSignal,
): Promise<void> {
  const onDisk = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      throw scratchError(error, localPath);
    }
  };
  await onDisk(mkdir(path.dirname(localPath), { recursive: true }));
  // A name of its own: two stages may fetch the same file at once.
  const temporary = `${localPath}.${randomUUID()}.partial`;
  const file = await onDisk(open(temporary, 'wx'));
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    try {
      for await (const chunk of source) {
        signal?.throwIfAborted();
        hash.update(chunk);
        bytes += chunk.byteLength;
        await onDisk(file.writeFile(chunk));
      }
    } finally {
      await file.close();
    }
    check({ sha256: hash.digest('hex'), bytes });
    await onDisk(rename(temporary, localPath));
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
}
