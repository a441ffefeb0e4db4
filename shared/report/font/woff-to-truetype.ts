import { inflateSync } from 'node:zlib';

const woffSignature = 0x774f4646;
const woffHeaderBytes = 44;
const woffEntryBytes = 20;
const entryBytes = 16;

/** Largest power of two up to `value`, as an exponent. */
function log2Floor(value: number): number {
  return 31 - Math.clz32(value);
}

function aligned(bytes: number): number {
  return (bytes + 3) & ~3;
}

/**
 * Unpacks a WOFF 1.0 font (W3C, 2012) into the TrueType or OpenType file that it was made of, for readers that know
 * only those. Tables keep their order and checksums.
 */
export function woffToTrueType(woff: Buffer): Buffer {
  if (woff.readUInt32BE(0) !== woffSignature) throw new TypeError('found no WOFF 1.0 font');
  const count = woff.readUInt16BE(12);
  const tables = Array.from({ length: count }, (_, i) => {
    const at = woffHeaderBytes + i * woffEntryBytes;
    const [offset, packed, length] = [4, 8, 12].map((field) => woff.readUInt32BE(at + field)) as [
      number,
      number,
      number,
    ];
    const stored = woff.subarray(offset, offset + packed);
    return {
      tag: woff.readUInt32BE(at),
      checksum: woff.readUInt32BE(at + 16),
      bytes: packed < length ? inflateSync(stored) : stored,
    };
  });
  const headerBytes = 12 + count * entryBytes;
  const size = tables.reduce((sum, { bytes }) => sum + aligned(bytes.length), headerBytes);
  const font = Buffer.alloc(size);
  const power = log2Floor(count);
  font.writeUInt32BE(woff.readUInt32BE(4), 0);
  font.writeUInt16BE(count, 4);
  font.writeUInt16BE(2 ** power * 16, 6);
  font.writeUInt16BE(power, 8);
  font.writeUInt16BE(count * 16 - 2 ** power * 16, 10);
  let offset = headerBytes;
  tables.forEach(({ tag, checksum, bytes }, i) => {
    [tag, checksum, offset, bytes.length].forEach((value, field) =>
      font.writeUInt32BE(value, 12 + i * entryBytes + field * 4),
    );
    bytes.copy(font, offset);
    offset += aligned(bytes.length);
  });
  return font;
}
