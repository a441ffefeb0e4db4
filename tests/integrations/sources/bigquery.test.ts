import { afterAll, describe, expect, test } from 'vitest';
import {
  asCsv,
  type Cell,
  ingestPlaced,
  refusalOf,
  salesTable,
} from '../../integration/sources/source-contract.js';
import { bigQueryOf, createBigQueryTable, startTestBigQuery } from './bigquery-system.js';

const emulator = await startTestBigQuery();
afterAll(() => emulator?.stop());

describe.skipIf(emulator === undefined)('BigQuery', () => {
  const client = emulator && bigQueryOf(emulator);
  const env = { BIGQUERY_EMULATOR_HOST: emulator?.endpoint, GOOGLE_CLOUD_PROJECT: emulator?.project };

  test('a query with parameters, and integers above 2⁵³ as they are', async () => {
    const query = `SELECT 9007199254740993 AS shop_id, 'p' AS product_id, @year AS year, 1 AS month, NUMERIC '1.5' AS sales_qty`;
    const { sales, error } = await ingestPlaced({
      source: { kind: 'bigquery', query, parameters: { year: 2023 } },
      env,
    });
    expect(error).toBeUndefined();
    const expected = await ingestPlaced(
      await asCsv({
        columns: ['shop_id', 'product_id', 'year', 'month', 'sales_qty'].map((name) => ({
          name,
          type: 'text',
        })),
        rows: [['9007199254740993', 'p', 2023, 1, 1.5]],
      }),
    );
    expect(sales!.bytes.equals(expected.sales!.bytes)).toBe(true);
    expect(sales!.fingerprint.version).toMatch(/^job \S+ of .*, \d+ bytes read$/);
  });

  test('months after the as-of month stay in the warehouse where a column says which they are', async () => {
    const { columns, rows } = salesTable(3);
    const table = await createBigQueryTable(client!, {
      columns: [...columns, { name: 'month_start', type: 'date' }],
      rows: [...rows, ['late', 'p', 2024, 2, 1, null] as Cell[]].map((row) => [
        ...row,
        `${row[2]}-${String(row[3]).padStart(2, '0')}-01`,
      ]),
    });
    const whole = await ingestPlaced({ source: { kind: 'bigquery', table }, env });
    expect(whole.sales!.counts).toMatchObject({ afterAsOf: 1, read: rows.length + 1 });
    const pruned = await ingestPlaced({
      source: { kind: 'bigquery', table, monthColumn: 'month_start' },
      env,
    });
    expect(pruned.error).toBeUndefined();
    expect(pruned.sales!.counts).toMatchObject({ afterAsOf: 0, read: rows.length });
    expect(pruned.sales!.bytes.equals(whole.sales!.bytes)).toBe(true);
  });

  test('pages of rows are read to the last', async () => {
    const query = `SELECT CAST(n AS STRING) AS shop_id, 'p' AS product_id, 2023 AS year, 1 AS month, n AS sales_qty
      FROM UNNEST(GENERATE_ARRAY(1, 120000)) AS n`;
    const { sales, error } = await ingestPlaced({ source: { kind: 'bigquery', query }, env });
    expect(error).toBeUndefined();
    expect(sales!.counts.used).toBe(120_000);
  });

  test.each(['SELECT * FROM', 'SELECT 1) AS x; SELECT * FROM (SELECT 1'])('%s is refused', async (query) => {
    const error = await refusalOf({ source: { kind: 'bigquery', query }, env });
    expect(error.retryable, `${error.code}: ${error.message}`).toBe(false);
  });
});
