import { join } from 'node:path';
import { writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { seededRandom } from './random.js';
import { errorOf, header, inDuckDb, inFolder, ingestCsv, ingestSource } from './ingesting.js';
import { ingestSales } from '../../../shared/sources/ingest-sales.js';

describe('what a run may see', () => {
  const text = `${header}A,p,2023,1,5\nA,p,2023,3,5\nA,p,2023,3,-5\nA,p,2023,x,1\nB,p,2022,12,2\n`;

  it('sees nothing after the as-of month, not even what would be refused there', async () => {
    const { counts, sales, rejected } = await ingestCsv(text, { asOf: '2023-02' });
    expect(sales.map((row) => `${String(row['year'])}-${String(row['month'])}`)).toEqual([
      '2023-1',
      '2022-12',
    ]);
    expect(counts).toEqual({
      read: 5,
      used: 2,
      rejected: 1,
      rejectedByReason: { 'month is not a number': 1 },
      duplicatesSummed: 0,
      afterAsOf: 2,
      otherRetailers: 0,
      asOfMonthRows: 0,
      firstMonth: '2022-12',
      lastMonth: '2023-03',
    });
    expect(rejected).toHaveLength(1);
  });

  it('takes the last month of the source where no as-of month is given', async () => {
    const { asOf, counts } = await ingestCsv(text, { asOf: undefined });
    expect([asOf, counts.asOfMonthRows, counts.afterAsOf]).toEqual(['2023-03', 1, 0]);
  });

  it('names the months that the source holds where none is left', async () => {
    const error = await errorOf(ingestCsv(text, { asOf: '2021-01' }));
    expect([error.code, error.message]).toEqual([
      'NoSales',
      'the source holds 2022-12 to 2023-03; expected sales up to 2021-01',
    ]);
  });

  it('looks at no other retailer than those asked for', async () => {
    const { counts, sales } = await ingestCsv(text, { retailers: ['B', 'Z'] });
    expect(sales.map((row) => row['shop_id'])).toEqual(['B']);
    expect(counts).toMatchObject({ read: 5, used: 1, rejected: 0, otherRetailers: 4 });
  });

  it('keeps rows of quantity 0, and makes -0 a plain 0', async () => {
    const { sales } = await ingestCsv(`${header}A,p,2023,1,0\nA,q,2023,1,-0\n`);
    expect(sales.map((row) => Object.is(row['sales_qty'], 0))).toEqual([true, true]);
  });
});

describe('the same rows in another order', () => {
  it('give the same bytes, on one thread or two, from CSV, duplicates in fractions included', async () => {
    const random = seededRandom(7);
    const rows: string[] = [];
    for (let i = 0; i < 20_000; i++) {
      const shop = ['S', 's', 'Ż', '日', '0'][Math.floor(random() * 5)]! + String(Math.floor(random() * 60));
      const quantity = (random() * 10 ** Math.floor(random() * 6)).toFixed(Math.floor(random() * 4));
      rows.push(`${shop},p${Math.floor(random() * 20)},2023,${1 + Math.floor(random() * 12)},${quantity}\n`);
    }
    const first = await ingestCsv(header + rows.join(''), { threads: 1 });
    expect(first.counts.duplicatesSummed).toBeGreaterThan(1000);
    for (const threads of [1, 2, 4]) {
      const shuffled = rows.map((row) => [random(), row] as const).sort((a, b) => a[0] - b[0]);
      const again = await ingestCsv(header + shuffled.map(([, row]) => row).join(''), { threads });
      expect(again.salesBytes.equals(first.salesBytes)).toBe(true);
    }
    const keys = first.sales.map((row) => [row['shop_id'], row['year'], row['month'], row['product_id']]);
    const sorted = [...keys].sort(
      (a, b) =>
        Buffer.compare(Buffer.from(String(a[0])), Buffer.from(String(b[0]))) ||
        Number(a[1]) - Number(b[1]) ||
        Number(a[2]) - Number(b[2]) ||
        Buffer.compare(Buffer.from(String(a[3])), Buffer.from(String(b[3]))),
    );
    expect(keys).toEqual(sorted);
  });

  it('sums duplicates exactly: 0.1 + 0.2 is 0.3', async () => {
    const { sales } = await ingestCsv(`${header}A,p,2023,1,0.1\nA,p,2023,1,0.2\n`);
    expect(sales.map((row) => row['sales_qty'])).toEqual([0.3]);
  });
});

describe('an ingest that cannot go on', () => {
  it('names a file that is not there, and a folder', async () => {
    const missing = await errorOf(ingestSource({ kind: 'csv', path: '/no/such/file.csv' }));
    expect([missing.code, missing.where]).toEqual(['SourceNotFound', '/no/such/file.csv']);
    const folder = await inFolder((path) => errorOf(ingestSource({ kind: 'parquet', path })));
    expect(folder.code).toBe('SourceNotFound');
  });

  it('says of a source of features what to do instead', async () => {
    const source = { kind: 'feast', path: 'x.parquet', timestampField: 'event_timestamp' } as const;
    const error = await errorOf(ingestSource(source));
    expect(error.code).toBe('SourceNotSupported');
    expect(error.remedy).toContain('Name the sales');
  });

  it('ends with the reason of the abort, and leaves nothing of its own behind', async () => {
    await inFolder(async (folder) => {
      const path = join(folder, 'sales.csv');
      await writeFile(path, header + 'A,p,2023,1,5\n'.repeat(200_000));
      const stop = new AbortController();
      const reason = new Error('enough');
      const ingest = inDuckDb(
        (db, scratch) =>
          ingestSales({
            db,
            source: { kind: 'csv', path },
            asOf: '2023-12',
            config: { maxRejectedShare: 0 },
            scratch,
            onProgress: ({ phase }) => {
              if (phase === 'rows judged') stop.abort(reason);
            },
            signal: stop.signal,
          }),
        { signal: stop.signal },
      );
      await expect(ingest).rejects.toBe(reason);
    });
  });
});
