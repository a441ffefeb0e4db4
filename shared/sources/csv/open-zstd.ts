import { Readable } from 'node:stream';
import { Decompress } from 'fzstd';
import { unreadable } from '../source-file.js';

/** Bytes that are unpacked at once: four of them can stand for 128 kB, which no one has room for all at once. */
const sliceBytes = 4096;

/** The unpacked bytes of a zstd file, of one frame or several. Its checksums are not looked at; a frame that is cut is refused. */
export function openZstd(packed: Readable, where: string): Readable {
  return Readable.from(unpack(packed, where), { objectMode: false, highWaterMark: 1 << 20 });
}

async function* unpack(packed: Readable, where: string): AsyncGenerator<Uint8Array> {
  const unpacked: Uint8Array[] = [];
  const decompress = new Decompress((chunk) => void unpacked.push(chunk));
  const push = (bytes: Uint8Array, last: boolean): Uint8Array[] => {
    try {
      decompress.push(bytes, last);
    } catch (error) {
      const message = `it cannot be unpacked: ${(error as Error).message}`;
      throw unreadable(where, message, 'Pack the file again; it may be cut short.', error);
    }
    return unpacked.splice(0).filter(({ length }) => length > 0);
  };
  for await (const chunk of packed as AsyncIterable<Buffer>) {
    for (let start = 0; start < chunk.length; start += sliceBytes) {
      yield* push(chunk.subarray(start, start + sliceBytes), false);
    }
  }
  yield* push(new Uint8Array(0), true);
}
