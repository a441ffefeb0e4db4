import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { SegmentsError } from '../errors.js';

/** Makes sure that `path`, called `where` in messages, is a file that can be read, and returns its size and first bytes. */
export async function inspectFile(path: string, where: string): Promise<{ bytes: number; head: Buffer }> {
  try {
    const { size, isFile } = await stat(path).then((s) => ({ size: s.size, isFile: s.isFile() }));
    if (!isFile) throw notFound(where, 'it is not a file');
    const file = await open(path, 'r');
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(8), 0, 8, 0);
      return { bytes: size, head: buffer.subarray(0, bytesRead) };
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof SegmentsError) throw error;
    throw notFound(where, (error as NodeJS.ErrnoException).code ?? String(error), error);
  }
}

/** SHA-256 (lower-case hex) of a file, read once from front to back. */
export async function hashFile(path: string, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20, signal })) {
    hash.update(chunk as Buffer);
  }
  return hash.digest('hex');
}

export function unreadable(path: string, message: string, remedy: string, cause?: unknown): SegmentsError {
  return new SegmentsError('SourceUnreadable', message, { where: path, remedy, cause });
}

function notFound(path: string, found: string, cause?: unknown): SegmentsError {
  return new SegmentsError('SourceNotFound', `cannot read ${path}: ${found}; expected a file`, {
    where: path,
    remedy: 'Check the path, as the worker sees it, and its permissions.',
    cause,
  });
}
