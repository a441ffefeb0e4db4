import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

export interface PouredFile {
  readonly bytes: number;
  /** SHA-256, lower-case hex. */
  readonly sha256: string;
}

/**
 * Streams bytes into a new file, counted and hashed on the way. An abort ends it with the signal's reason, what `onBytes`
 * throws with that.
 */
export async function pourToFile(
  stream: Readable,
  path: string,
  onBytes: (bytes: number) => void,
  signal: AbortSignal,
): Promise<PouredFile> {
  const hash = createHash('sha256');
  let bytes = 0;
  const measure = new Transform({
    highWaterMark: 1 << 20,
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      bytes += chunk.length;
      try {
        onBytes(bytes);
      } catch (error) {
        done(error as Error);
        return;
      }
      done(null, chunk);
    },
  });
  try {
    await pipeline(stream, measure, createWriteStream(path, { highWaterMark: 1 << 20, flags: 'wx' }), {
      signal,
    });
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
  return { bytes, sha256: hash.digest('hex') };
}
