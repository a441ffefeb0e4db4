import { join } from 'node:path';
import { truncate, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { quoteLiteral } from '../../../shared/duckdb/quote.js';
import { type Source } from '../../../shared/contracts/source.js';
import {
  errorOf,
  header,
  inDuckDb,
  inFolder,
  ingestCsv,
  ingestSource,
  type IngestTrial,
  type TrialOptions,
} from './ingesting.js';

/** Ingests what `sql` selects, written as Parquet first. */
async function ingestParquet(
  sql: string,
  options: TrialOptions & { columns?: Record<string, string>; cutTo?: number } = {},
): Promise<IngestTrial> {
  return await inFolder(async (folder) => {
    const path = join(folder, 'sales [1]*.parquet');
    await inDuckDb((db) => db.run(`COPY (${sql}) TO ${quoteLiteral(path)} (FORMAT parquet)`));
    if (options.cutTo !== undefined) await truncate(path, options.cutTo);
    return await ingestSource({ kind: 'parquet', path, columns: options.columns } as Source, options);
  });
}

describe('a Parquet source', () => {
  it('writes integer IDs in decimal, whole floating-point ones too, and leaves text alone', async () => {
    const { sales } = await ingestParquet(`
      SELECT 9007199254740993::BIGINT AS SHOP_ID, 7.0::DOUBLE AS product_id, 2023::USMALLINT AS year,
        1::TINYINT AS month, 2.5::DECIMAL(9, 2) AS sales_qty`);
    expect(sales).toEqual([
      { shop_id: '9007199254740993', product_id: '7', year: 2023, month: 1, sales_qty: 2.5 },
    ]);
    const text = await ingestParquet(
      `SELECT '007' AS shop_id, 'a,b' AS product_id, '2023' AS year, '01' AS month, '3' AS sales_qty`,
    );
    expect(text.sales).toEqual([{ shop_id: '007', product_id: 'a,b', year: 2023, month: 1, sales_qty: 3 }]);
  });

  it('refuses rows for the same reasons as CSV, with the number of the row', async () => {
    const { rejected, counts } = await ingestParquet(`
      SELECT * FROM (VALUES
        ('A', 'p', 2023.0, 1.0, 1.0::DOUBLE), (NULL, 'p', 2023, 1, 1), ('', 'p', 2023, 1, 1), ('A', NULL, 2023, 1, 1),
        ('A', 'p', 2023.5, 1, 1), ('A', 'p', 2023, 13, 1), ('A', 'p', 2023, 1, NULL), ('A', 'p', 2023, 1, 'nan'::DOUBLE),
        ('A', 'p', 2023, 1, 'inf'::DOUBLE), ('A', 'p', 2023, 1, -0.5), (chr(10) || 'A', 'p', 2023, 1, 1)
      ) AS t (shop_id, product_id, year, month, sales_qty)`);
    expect(rejected.map((line) => line.split(',').slice(0, 2).join(': ')).slice(0, 9)).toEqual([
      '2: shop_id is missing',
      '3: shop_id is missing',
      '4: product_id is missing',
      '5: year is not a whole number',
      '6: month is not between 1 and 12',
      '7: sales_qty is missing',
      '8: sales_qty is not finite',
      '9: sales_qty is not finite',
      '10: sales_qty is negative',
    ]);
    expect(counts.rejectedByReason['shop_id holds a control character']).toBe(1);
    expect(counts).toMatchObject({ read: 11, used: 1, rejected: 10 });
  });

  it('gives the same sales.parquet as the same rows in a CSV', async () => {
    const rows = Array.from({ length: 500 }, (_, i) => [
      `S${i % 7}`,
      String(i % 11),
      2022 + (i % 2),
      1 + (i % 12),
      i / 8,
    ]);
    const values = rows.map(([s, p, y, m, q]) => `('${s}', '${p}', ${y}, ${m}, ${q}::DOUBLE)`).join(', ');
    const parquet = await ingestParquet(
      `SELECT * FROM (VALUES ${values}) AS t (shop_id, product_id, year, month, sales_qty)`,
    );
    const csv = await ingestCsv(header + rows.map((row) => `${row.join(',')}\n`).join(''));
    expect(parquet.salesBytes.equals(csv.salesBytes)).toBe(true);
    expect(parquet.counts).toEqual(csv.counts);
  });

  it('names a column of a type that cannot be one', async () => {
    const error = await errorOf(
      ingestParquet(
        "SELECT 'A' AS shop_id, 'p' AS product_id, DATE '2023-01-01' AS year, 1 AS month, 1 AS sales_qty",
      ),
    );
    expect([error.code, error.message]).toEqual([
      'SourceUnreadable',
      'column year is of type DATE; expected text or a number for year',
    ]);
  });

  it('refuses a file that is no Parquet, or cut short', async () => {
    const csv = await inFolder(async (folder) => {
      const path = join(folder, 'sales.parquet');
      await writeFile(path, header);
      return await errorOf(ingestSource({ kind: 'parquet', path }));
    });
    expect([csv.code, csv.remedy]).toEqual(['SourceUnreadable', 'For CSV use csv:FILE.']);
    const cut = await errorOf(ingestParquet('SELECT range AS shop_id FROM range(1000)', { cutTo: 500 }));
    expect(cut.code).toBe('SourceUnreadable');
  });

  it('maps columns, whatever is in their names', async () => {
    const { sales } = await ingestParquet(
      `SELECT 'A' AS "the ""shop""", 'p' AS product_id, 2023 AS year, 1 AS month, 1 AS sales_qty`,
      { columns: { shop_id: 'the "shop"' } },
    );
    expect(sales).toHaveLength(1);
  });
});
