import path from 'node:path';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { withDuckDb } from '../../../shared/duckdb/with-duckdb.js';
import { writeMarket } from '../../../shared/market/write-market.js';
import { startCountingProxy } from '../../support/counting-proxy.js';
import { tempFolder } from '../../support/temp-folder.js';
import { type Table, texts } from '../../../shared/tabular/column.js';
import { readColumns } from '../../../shared/tabular/parquet.js';
import { marketTable } from '../../integration/sources/same-segments.js';
import { type Placed, type TestTable } from '../../integration/sources/source-contract.js';
import { bigQueryOf, createBigQueryTable, startTestBigQuery } from '../sources/bigquery-system.js';
import { inWarehouse, largestDifference, rowByRow } from './both-ways.js';

const emulator = await startTestBigQuery();
afterAll(() => emulator?.stop());

const retailers = 300;

/** A market as in docs/scale.md, 36 months and 60 products. */
async function market(): Promise<TestTable> {
  const folder = await tempFolder();
  const salesPath = path.join(folder, 'sales.parquet');
  await writeMarket({
    options: { retailers, products: 60, from: '2021-01', to: '2023-12', seed: 1 },
    salesPath,
  });
  const sales = await withDuckDb({ memoryLimit: '500MB', threads: 1, scratch: folder }, (db) =>
    readColumns(db, salesPath),
  );
  const [shops, products] = [texts(sales, 'shop_id'), texts(sales, 'product_id')];
  const [years, months, quantities] = ['year', 'month', 'sales_qty'].map((name) => numbers(sales, name));
  return {
    columns: marketTable().columns,
    rows: shops.map((shop, i) => [shop, products[i]!, years![i]!, months![i]!, quantities![i]!]),
  };
}

function numbers(table: Table, name: string): Float64Array | Int32Array {
  return table.columns.find((column) => column.name === name)!.values as Float64Array | Int32Array;
}

test.skipIf(emulator === undefined)(
  'a row a retailer leaves the warehouse, and a quarter of the bytes at most',
  async () => {
    const sales = await market();
    const table = await createBigQueryTable(bigQueryOf(emulator!), sales);
    const rows = sales.rows.length;
    const counted = async <T>(work: (placed: Placed) => Promise<T>): Promise<{ found: T; bytes: number }> => {
      const proxy = await startCountingProxy(emulator!.endpoint);
      onTestFinished(() => proxy.close());
      const env = { SEGMENTS_BIGQUERY_ENDPOINT: proxy.endpoint, GOOGLE_CLOUD_PROJECT: emulator!.project };
      const found = await work({ source: { kind: 'bigquery', table }, env });
      return { found, bytes: proxy.bytes() };
    };
    const byRows = await counted(rowByRow);
    const pushed = await counted(inWarehouse);
    expect(largestDifference(pushed.found.features, byRows.found.features)).toBeLessThan(1e-9);
    expect(byRows.found.counts.read).toBe(rows);
    const left = pushed.found.leftWarehouse!;
    process.stdout.write(`
| ${retailers} retailers | rows that left | bytes on the wire | a retailer |
|---|---|---|---|
| row by row | ${rows} | ${byRows.bytes} | ${Math.round(byRows.bytes / retailers)} |
| pushdown | ${left.rows} | ${pushed.bytes} | ${Math.round(pushed.bytes / retailers)} |
`);
    expect(left.rows).toBe(retailers + 2 * 36);
    expect(pushed.bytes * 4).toBeLessThan(byRows.bytes);
  },
  300_000,
);
