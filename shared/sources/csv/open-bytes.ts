import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { PassThrough, pipeline, type Readable, Transform } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { inspectFile, unreadable } from '../source-file.js';
import { openZipEntry } from './open-zip.js';
import { openZstd } from './open-zstd.js';

const chunkBytes = 1 << 20;
/** Sales compress 5 to 50 times. What unpacks to more than this is an attack or a mistake. */
const largestExpansion = 200;
/** Below this, no expansion is suspicious. */
const alwaysAllowed = 64 * 1024 * 1024;

export interface OpenedBytes {
  /** The CSV's bytes, unpacked. */
  readonly stream: Readable;
  /** Size of the file as it stands on disk, and how much of it has been read. */
  readonly bytes: number;
  readonly bytesRead: () => number;
  /** SHA-256 of the file as it stands on disk; call once `stream` has ended. */
  readonly sha256: () => Promise<string>;
}

/**
 * Opens a CSV file that may be packed; `where` is what it is called in messages. What packs it is told from its first bytes,
 * not from its name.
 */
export async function openBytes(path: string, where: string, signal: AbortSignal): Promise<OpenedBytes> {
  const { bytes, head } = await inspectFile(path, where);
  const magic = head.toString('latin1');
  refuseOtherFormats(where, magic);
  const hash = createHash('sha256');
  let read = 0;
  const file = createReadStream(path, { highWaterMark: chunkBytes, signal });
  const zip = magic.startsWith('PK\x03\x04') || magic.startsWith('PK\x05\x06');
  file.on('data', (chunk) => {
    read += chunk.length;
    hash.update(chunk);
  });
  const hashed = new Promise<void>((resolve, reject) => {
    file.once('end', resolve);
    file.once('error', reject);
  });
  hashed.catch(() => undefined);
  const sha256 = async (): Promise<string> => {
    await hashed;
    return hash.digest('hex');
  };
  const bound = limit(where, bytes);
  const opened = (stream: Readable): OpenedBytes => ({ stream, bytes, bytesRead: () => read, sha256 });
  if (zip) return opened(joined(await openZipEntry(path, where), bound));
  if (magic.startsWith('\x28\xb5\x2f\xfd')) return opened(joined(openZstd(file, where), bound));
  if (magic.startsWith('\x1f\x8b')) {
    return opened(joined(joined(file, createGunzip({ chunkSize: chunkBytes })), bound));
  }
  return opened(joined(file, new PassThrough({ highWaterMark: chunkBytes })));
}

/** `from` through `into`; an error of either, or the end of the reader, ends both. */
function joined<T extends Transform>(from: Readable, into: T): T {
  return pipeline(from, into, () => undefined) as T;
}

/** Passes bytes through, and fails where they are far more than the file can honestly hold. */
function limit(where: string, packed: number): Transform {
  const allowed = Math.max(alwaysAllowed, packed * largestExpansion);
  let unpacked = 0;
  return new Transform({
    highWaterMark: chunkBytes,
    transform(chunk: Buffer, _encoding, done) {
      unpacked += chunk.length;
      if (unpacked <= allowed) return done(null, chunk);
      const message = `${packed} bytes unpack to more than ${allowed}; expected at most ${largestExpansion} times`;
      done(unreadable(where, message, 'Unpack the file yourself if you trust it, and name the CSV.'));
    },
  });
}

function refuseOtherFormats(where: string, magic: string): void {
  const known: readonly (readonly [string, string, string])[] = [
    ['PAR1', 'a Parquet file', 'Use parquet:FILE.'],
    ['\xff\xfe', 'text in UTF-16', 'Save it as UTF-8 (in Excel: "CSV UTF-8").'],
    ['\xfe\xff', 'text in UTF-16', 'Save it as UTF-8 (in Excel: "CSV UTF-8").'],
    ['BZh', 'a bzip2 archive', 'Unpack it, or pack it with gzip.'],
    ['\xfd7zXZ', 'an xz archive', 'Unpack it, or pack it with gzip.'],
    ['7z\xbc\xaf', 'a 7z archive', 'Unpack it, or pack it with zip.'],
    ['\xd0\xcf\x11\xe0', 'an old Excel workbook', 'Save the sheet as "CSV UTF-8".'],
  ];
  for (const [start, name, remedy] of known) {
    if (magic.startsWith(start))
      throw unreadable(where, `found ${name}; expected CSV, plain, gzip, zstd or zip`, remedy);
  }
}
