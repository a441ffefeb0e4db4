import { afterAll, expect, it } from 'vitest';
import { ingestSales } from '../../../shared/sources/ingest-sales.js';
import { startHttpDouble } from '../../support/http-double.js';
import { inDuckDb } from './ingesting.js';

const fields = ['shop_id', 'product_id', 'year', 'month', 'sales_qty'].map((name) => ({
  name,
  type: 'STRING',
}));
const row = (shop: string): object => ({ f: [shop, 'p', '2023', '12', '1'].map((v) => ({ v })) });
let waited = 0;
// A double: BigQuery answers after ten seconds at most, and no stand-in takes as long.
const double = await startHttpDouble((url, body) => {
  if (url.includes('/queries/')) {
    const page = { jobComplete: true, schema: { fields }, totalRows: '2' };
    if (waited++ < 2) return { status: 200, json: { jobComplete: false } };
    if (!url.includes('pageToken='))
      return { status: 200, json: { ...page, rows: [row('A')], pageToken: 'second' } };
    return { status: 200, json: { ...page, rows: [row('B')] } };
  }
  const { jobReference } = JSON.parse(body) as { jobReference: object };
  const statistics = { totalBytesProcessed: '1', query: { schema: { fields } } };
  return { status: 200, json: { jobReference, status: { state: 'RUNNING' }, statistics } };
});
afterAll(() => double.close());

it('a query that still runs when it is asked for is asked again, and not taken for an empty one', async () => {
  const { counts } = await inDuckDb((db, scratch) =>
    ingestSales({
      db,
      scratch,
      source: { kind: 'bigquery', table: 'mart.sales', project: 'p' },
      asOf: '2023-12',
      config: { maxRejectedShare: 0 },
      onProgress: () => undefined,
      signal: new AbortController().signal,
      env: { SEGMENTS_BIGQUERY_ENDPOINT: double.endpoint },
    }),
  );
  expect(counts.used).toBe(2);
  expect(waited).toBe(4);
});
