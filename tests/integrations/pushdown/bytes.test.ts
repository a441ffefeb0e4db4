import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { withDuckDb } from '../../../shared/duckdb/with-duckdb.js';
import { quoteLiteral } from '../../../shared/duckdb/quote.js';
import { writeMarket } from '../../../shared/market/write-market.js';
import { startCountingProxy } from '../../support/counting-proxy.js';
import { tempFolder } from '../../support/temp-folder.js';
import { type Placed } from '../../integration/sources/source-contract.js';
import { bigQueryOf, dataset, startTestBigQuery } from '../sources/bigquery-system.js';
import { inWarehouse, rowByRow } from './both-ways.js';

const emulator = await startTestBigQuery();
afterAll(() => emulator?.stop());

const retailers = 500;

/** A market as in docs/scale.md, 36 months and 60 products, loaded into a table. */
async function loadMarket(name: string): Promise<number> {
  const folder = await tempFolder();
  const salesPath = path.join(folder, 'sales.parquet');
  const { rows } = await writeMarket({
    options: { retailers, products: 60, from: '2021-01', to: '2023-12', seed: 1 },
    salesPath,
  });
  const csv = path.join(folder, 'sales.csv');
  await withDuckDb({ memoryLimit: '500MB', threads: 1, scratch: folder }, (db) =>
    db.run(`COPY (SELECT shop_id, product_id, year, month, sales_qty FROM read_parquet(${quoteLiteral(salesPath)}))
      TO ${quoteLiteral(csv)} (FORMAT csv, HEADER false)`),
  );
  const client = bigQueryOf(emulator!);
  await client.dataset(dataset).get({ autoCreate: true });
  const fields = [
    ...['shop_id', 'product_id'].map((column) => ({ name: column, type: 'STRING' })),
    ...['year', 'month'].map((column) => ({ name: column, type: 'INT64' })),
    { name: 'sales_qty', type: 'FLOAT64' },
  ];
  await client.dataset(dataset).createTable(name, { schema: { fields } });
  await client.dataset(dataset).table(name).load(csv, { sourceFormat: 'CSV', schema: { fields } });
  await writeFile(csv, '');
  return rows;
}

test.skipIf(emulator === undefined)(
  'a row a retailer leaves the warehouse, and an eighth of the bytes at most',
  async () => {
    const rows = await loadMarket('market');
    const counted = async <T>(work: (placed: Placed) => Promise<T>): Promise<{ found: T; bytes: number }> => {
      const proxy = await startCountingProxy(emulator!.endpoint);
      onTestFinished(() => proxy.close());
      const env = { SEGMENTS_BIGQUERY_ENDPOINT: proxy.endpoint, GOOGLE_CLOUD_PROJECT: emulator!.project };
      const found = await work({ source: { kind: 'bigquery', table: `${dataset}.market` }, env });
      return { found, bytes: proxy.bytes() };
    };
    const byRows = await counted(rowByRow);
    const pushed = await counted(inWarehouse);
    expect(pushed.found.featureBytes.equals(byRows.found.featureBytes)).toBe(true);
    expect(byRows.found.counts.read).toBe(rows);
    const left = pushed.found.leftWarehouse!;
    process.stdout.write(`
| ${retailers} retailers | rows that left | bytes on the wire | a retailer |
|---|---|---|---|
| row by row | ${rows} | ${byRows.bytes} | ${Math.round(byRows.bytes / retailers)} |
| pushdown | ${left.rows} | ${pushed.bytes} | ${Math.round(pushed.bytes / retailers)} |
`);
    expect(left.rows).toBe(retailers + 2 * 36);
    expect(pushed.bytes * 8).toBeLessThan(byRows.bytes);
  },
  300_000,
);
