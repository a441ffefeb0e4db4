import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { errorOf, header, inDuckDb, ingestCsv } from './ingesting.js';
import { zipArchive } from './zip-archive.js';

const text = Buffer.from(`${header}A,p,2023,1,5\nB,p,2023,1,-5\n`);
/** Packed by the reference implementation at its defaults, which add a checksum. */
const zstd = Buffer.from(
  'KLUv/QRYGQIAc2hvcF9pZCxwcm9kdWN0X2lkLHllYXIsbW9udGgsc2FsZXNfcXR5CkEscCwyMDIzLDEsNQpCLHAsMjAyMywxLC01Cq7fv6g=',
  'base64',
);
const sales = [{ shop_id: 'A', product_id: 'p', year: 2023, month: 1, sales_qty: 5 }];

describe('packed CSV', () => {
  it.each([
    ['plain', text],
    ['gzip', gzipSync(text)],
    ['gzip in two members', Buffer.concat([gzipSync(text.subarray(0, 50)), gzipSync(text.subarray(50))])],
    ['zstd', zstd],
    ['zip', zipArchive([{ name: 'folder/Sales.CSV', bytes: text }])],
    [
      'zip with what other systems add',
      zipArchive([
        { name: '__MACOSX/._a.csv', bytes: Buffer.from('x') },
        { name: 'read.me', bytes: Buffer.from('x') },
        { name: 'a.csv', bytes: text },
      ]),
    ],
  ])(
    '%s is read, told by its first bytes; the fingerprint is that of the file as it stands',
    async (_, bytes) => {
      const ingested = await ingestCsv(bytes);
      expect(ingested.sales).toEqual(sales);
      expect(ingested.rejected).toEqual(['3,sales_qty is negative,"B,p,2023,1,-5"']);
      expect(ingested.fingerprint).toEqual({
        kind: 'csv',
        sha256: createHash('sha256').update(bytes).digest('hex'),
        bytes: bytes.length,
        rows: 2,
      });
    },
  );

  it.each([
    ['an archive whose names lead out of its folder', '../../etc/sales.csv', 'invalid relative path'],
    ['an archive with an absolute name', '/etc/sales.csv', 'absolute path'],
  ])('%s is refused', async (_, name, words) => {
    const error = await errorOf(ingestCsv(zipArchive([{ name, bytes: text }])));
    expect(error.code).toBe('SourceUnreadable');
    expect(error.message).toContain(words);
  });

  it('an archive of several CSV files, or of none, is refused with their names', async () => {
    const two = ['a.csv', 'b.csv'].map((name) => ({ name, bytes: text }));
    expect((await errorOf(ingestCsv(zipArchive(two)))).message).toBe(
      'found 2 CSV files among 2 entries (a.csv, b.csv); expected one',
    );
    const none = zipArchive([{ name: 'book.xml', bytes: text }]);
    expect((await errorOf(ingestCsv(none))).message).toContain(
      'found 0 CSV files among 1 entries (book.xml)',
    );
    const workbook = await errorOf(ingestCsv(zipArchive([{ name: 'xl/workbook.xml', bytes: text }])));
    expect([workbook.message, workbook.remedy]).toEqual([
      'found an Excel workbook; expected CSV',
      'Save the sheet as "CSV UTF-8".',
    ]);
  });

  it('what unpacks to 200 times its size and more is refused while it unpacks', async () => {
    const bomb = gzipSync(Buffer.alloc(80 * 1024 * 1024, `${header}`), { level: 9 });
    const error = await errorOf(ingestCsv(bomb));
    expect(error.code).toBe('SourceUnreadable');
    expect(error.message).toContain('expected at most 200 times');
  });

  it('zstd of many blocks and frames is unpacked byte for byte, and a bomb of it is refused', async () => {
    const row = (i: number): string => `S${i % 6000},p${i % 40},2023,${1 + (i % 12)},${(i % 997) / 4}\n`;
    const lines = header + Array.from({ length: 200_000 }, (_, i) => row(i)).join('');
    const packed = await inDuckDb(async (db, folder) => {
      const [plain, path] = [join(folder, 'a.csv'), join(folder, 'a.csv.zst')];
      await writeFile(plain, lines);
      await db.run(
        `COPY (FROM read_csv('${plain}', all_varchar = true)) TO '${path}' (FORMAT csv, COMPRESSION zstd)`,
      );
      return await readFile(path);
    });
    const expected = await ingestCsv(lines);
    const found = await ingestCsv(packed);
    expect(found.salesBytes.equals(expected.salesBytes)).toBe(true);
    expect((await ingestCsv(Buffer.concat([packed, zstd]))).counts.read).toBe(expected.counts.read + 3);
    // A frame with the header as it is, then 4-byte blocks, each of which repeats a line feed 131,072 times.
    const frame = Buffer.from([
      0x28,
      0xb5,
      0x2f,
      0xfd,
      0x00,
      0x38,
      (header.length << 3) & 0xff,
      header.length >> 5,
      0,
    ]);
    const repeat = (first: number): Buffer => Buffer.from([first, 0x00, 0x10, 0x0a]);
    const repeats = Array<Buffer>(3000).fill(repeat(0x02));
    const bomb = Buffer.concat([frame, Buffer.from(header), ...repeats, repeat(0x03)]);
    const error = await errorOf(ingestCsv(bomb));
    expect([error.code, error.message]).toEqual([
      'SourceUnreadable',
      expect.stringContaining('expected at most 200 times'),
    ]);
  }, 60_000);

  it('what is cut short or broken is refused', async () => {
    const noise = Buffer.from(Array.from({ length: 3000 }, (_, i) => (i * 7919) % 251));
    const packed = gzipSync(Buffer.concat([text, noise]));
    const broken = [
      packed.subarray(0, packed.length - 20),
      zipArchive([{ name: 'a.csv', bytes: text }]).subarray(0, -30),
      zstd.subarray(0, -20),
      Buffer.concat([zstd, Buffer.from('no frame')]),
      Buffer.concat([packed.subarray(0, 40), Buffer.from('no longer gzip'), packed.subarray(54)]),
    ];
    for (const bytes of broken) expect((await errorOf(ingestCsv(bytes))).code).toBe('SourceUnreadable');
  });
});
