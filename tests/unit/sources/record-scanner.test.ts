import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RecordScanner } from '../../../shared/sources/csv/record-scanner.js';

const layout = {
  delimiter: 0x2c,
  fields: 3,
  columns: ['shop_id', 'product_id'],
  positions: [2, 0],
} as const;

interface Scanned {
  readonly records: string;
  readonly refusals: string;
  readonly counts: readonly [number, number];
}

/** Scans `bytes`, handed over in pieces of these sizes, over and over. */
function scan(bytes: Buffer, sizes: readonly number[]): Scanned {
  const scanner = new RecordScanner(layout, 2);
  let records = '';
  let refusals = '';
  let rest: Buffer = Buffer.alloc(0);
  let at = 0;
  for (let piece = 0; at < bytes.length || piece === 0; piece++) {
    const size = sizes[piece % sizes.length]!;
    rest = Buffer.concat([rest, bytes.subarray(at, at + size)]);
    at += size;
    rest = rest.subarray(scanner.scan(rest, at >= bytes.length));
    records += Buffer.concat(scanner.takeRecords()).toString();
    refusals += scanner.takeRefusals();
  }
  return { records, refusals, counts: [scanner.records, scanner.refused] };
}

const cell = fc.stringMatching(/^[ -~\n\ré日"]{0,6}$/);
const clean = fc.stringMatching(/^[ -~é日"]{1,6}$/);
const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 });
const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
const lineEnd = fc.constantFrom('\n', '\r\n');

describe('taking CSV records apart', () => {
  it('gives back what was written, with its line, however the bytes are cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(clean, cell, clean, lineEnd), { maxLength: 12 }),
        sizes,
        (rows, pieces) => {
          let line = 2;
          let expected = '';
          let text = '';
          for (const [first, second, third, end] of rows) {
            expected += `${line}\x1f${third}\x1f${first}\n`;
            text += `${quoted(first)},${quoted(second)},${quoted(third)}${end}`;
            line += 1 + (second.match(/\r\n|\r|\n/g) ?? []).length;
          }
          const { records, refusals, counts } = scan(Buffer.from(text), pieces);
          expect([records, refusals, counts]).toEqual([expected, '', [rows.length, 0]]);
        },
      ),
    );
  });

  it('does the same with any bytes, however they are cut', () => {
    const soup = fc
      .array(fc.constantFrom('a', 'b', ',', ',', '"', '\n', '\n', '\r', '\xff', '\x07', 'é'), {
        maxLength: 60,
      })
      .map((parts) => Buffer.from(parts.join(''), 'latin1'));
    fc.assert(
      fc.property(soup, sizes, (bytes, pieces) => {
        expect(scan(bytes, pieces)).toEqual(scan(bytes, [1000]));
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['an unclosed quote', '"', 'a quote is never closed'],
    ['a line without end', 'x', 'the line is too long'],
  ])('%s costs one line and no more memory than it is allowed', (_, start, reason) => {
    const long = `${start}${'y'.repeat(600_000)}`;
    const bytes = Buffer.from(`a,b,c\n${long}\nd,e,f\n`);
    const whole = scan(bytes, [bytes.length]);
    expect(whole.records).toBe('2\x1fc\x1fa\n4\x1ff\x1fd\n');
    expect(whole.refusals).toMatch(new RegExp(`^3,${reason},"?`));
    expect(whole.counts).toEqual([3, 1]);
    expect(scan(bytes, [65_536])).toEqual(whole);
  });

  it('goes on at the next line after a quote that swallows the rest of the file', () => {
    const { records, refusals } = scan(Buffer.from('a,"b,c\nd,e,f\ng,h,i\n'), [5]);
    expect(records).toBe('3\x1ff\x1fd\n4\x1fi\x1fg\n');
    expect(refusals).toBe('2,a quote is never closed,"a,""b,c"\n');
  });
});
