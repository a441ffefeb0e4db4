import { type FileHandle, open } from 'node:fs/promises';
import { type Readable } from 'node:stream';
import { type ColumnMapping } from '../../contracts/source.js';
import { SegmentsError } from '../../errors.js';
import { type Partition } from '../files/partition.js';
import { unreadable } from '../source-file.js';
import { type CsvLayout, readLayout } from './layout.js';
import { RecordScanner } from './record-scanner.js';

const longestHeader = 1 << 20;

export interface RewrittenCsv {
  readonly layout: CsvLayout;
  readonly records: number;
  readonly refused: number;
}

/**
 * Streams a CSV into two files: `recordsPath` with the records that could be taken apart, and `refusalsPath` with
 * those that could not (`line,reason,row`). Memory does not grow with the file.
 */
export async function rewriteCsv(
  stream: Readable,
  mapping: ColumnMapping | undefined,
  paths: {
    readonly source: string;
    readonly records: string;
    readonly refusals: string;
    readonly partition?: Partition;
  },
  onChunk: () => void,
): Promise<RewrittenCsv> {
  const records = await open(paths.records, 'w');
  const refusals = await open(paths.refusals, 'w');
  try {
    let scanner: { layout: CsvLayout; scanner: RecordScanner } | undefined;
    let rest: Buffer = Buffer.alloc(0);
    const consume = async (last: boolean): Promise<void> => {
      scanner ??= begin(last);
      if (scanner === undefined) return;
      rest = rest.subarray(scanner.scanner.scan(rest, last));
      await flush(scanner.scanner, records, refusals);
    };
    const begin = (last: boolean): typeof scanner => {
      const header = takeHeader(rest, last, paths.source);
      if (header === undefined) return undefined;
      const layout = readLayout(header.text, mapping, paths.source, paths.partition);
      rest = rest.subarray(header.bytes);
      return { layout, scanner: new RecordScanner(layout, header.lines + 1) };
    };
    for await (const chunk of stream) {
      rest = rest.length === 0 ? (chunk as Buffer) : Buffer.concat([rest, chunk as Buffer]);
      await consume(false);
      onChunk();
    }
    await consume(true);
    if (scanner === undefined) throw emptyFile(paths.source);
    return { layout: scanner.layout, records: scanner.scanner.records, refused: scanner.scanner.refused };
  } catch (error) {
    stream.destroy();
    throw readError(error, paths.source);
  } finally {
    await records.close();
    await refusals.close();
  }
}

/** `writeFile` and not `write`, which may write a part only, without an error: on a full disk rows would be lost unseen. */
async function flush(scanner: RecordScanner, records: FileHandle, refusals: FileHandle): Promise<void> {
  for (const buffer of scanner.takeRecords()) await records.writeFile(buffer);
  const refused = scanner.takeRefusals();
  if (refused !== '') await refusals.writeFile(refused);
}

/** The first line that is not empty, and how many lines and bytes it and what is before it take. */
function takeHeader(
  bytes: Buffer,
  last: boolean,
  path: string,
): { text: string; bytes: number; lines: number } | undefined {
  const mark = bytes.subarray(0, 3).toString('latin1') === '\xef\xbb\xbf' ? 3 : 0;
  let lines = 0;
  let start = mark;
  for (;;) {
    let end = start;
    while (end < bytes.length && bytes[end] !== 0x0a && bytes[end] !== 0x0d) end++;
    const cut = end >= bytes.length || (bytes[end] === 0x0d && end + 1 >= bytes.length);
    if (cut && !last) {
      if (bytes.length <= longestHeader) return undefined;
      throw unreadable(path, `the first line is longer than ${longestHeader} bytes`, 'Is this a CSV file?');
    }
    const next = bytes[end] === 0x0d && bytes[end + 1] === 0x0a ? end + 2 : end + 1;
    lines++;
    if (end > start) {
      return { text: bytes.toString('utf8', start, end), bytes: Math.min(next, bytes.length), lines };
    }
    if (next >= bytes.length) {
      if (last) throw emptyFile(path);
      return undefined;
    }
    start = next;
  }
}

function emptyFile(path: string): SegmentsError {
  return unreadable(
    path,
    'the file is empty; expected a header line with shop_id, product_id, year, month, sales_qty',
    'Check how the file was made.',
  );
}

function readError(error: unknown, path: string): unknown {
  if (error instanceof SegmentsError) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  const unpacking =
    code?.startsWith('Z_') === true || /zip|inflate|header|deflate|stored|size/i.test(message);
  return unpacking
    ? unreadable(
        path,
        `it cannot be unpacked: ${message}`,
        'Pack the file again; it may be cut short.',
        error,
      )
    : error;
}
