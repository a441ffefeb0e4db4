import { afterAll, expect, it } from 'vitest';
import { startHttpDouble } from '../../support/http-double.js';
import { errorOf, inDuckDb } from './ingesting.js';
import { ingestRetailers } from '../../../shared/pushdown/ingest-retailers.js';
import { ingestSales } from '../../../shared/sources/ingest-sales.js';

const asked: { query: string; dryRun: boolean }[] = [];
// A double: no stand-in for BigQuery tells how many bytes a query reads.
const double = await startHttpDouble((url, body) => {
  if (/\/tables\//.test(url)) return { status: 200, json: { type: 'VIEW' } };
  const { configuration, jobReference } = JSON.parse(body) as {
    configuration: { dryRun?: boolean; query: { query: string } };
    jobReference: object;
  };
  asked.push({ query: configuration.query.query, dryRun: configuration.dryRun === true });
  const fields = ['shop_id', 'product_id', 'year', 'month', 'sales_qty'].map((name) => ({
    name,
    type: 'INTEGER',
  }));
  return {
    status: 200,
    json: {
      jobReference,
      status: { state: 'DONE' },
      statistics: { totalBytesProcessed: '5000000000000', query: { schema: { fields } } },
    },
  };
});
afterAll(() => double.close());

it('a query that would read more than may be billed is not run, and both numbers are said', async () => {
  const phases: string[] = [];
  const error = await errorOf(
    inDuckDb((db, scratch) =>
      ingestSales({
        db,
        scratch,
        source: { kind: 'bigquery', table: 'mart.sales', project: 'p' },
        asOf: '2023-12',
        config: { maxRejectedShare: 0 },
        onProgress: ({ phase, total }) => phases.push(`${phase}: ${total}`),
        signal: new AbortController().signal,
        env: { SEGMENTS_BIGQUERY_ENDPOINT: double.endpoint },
      }),
    ),
  );
  expect(error).toMatchObject({ code: 'SourceRefused', retryable: false });
  expect(error.message).toContain('5000000000000');
  expect(error.message).toContain(String(2 ** 40));
  expect(error.remedy).toContain('maximumBytesBilled');
  expect(phases).toEqual(['bytes that BigQuery reads: 5000000000000']);
  expect(asked.map(({ dryRun }) => dryRun)).toEqual([true, true]);
});

it('the same holds for features that BigQuery would compute', async () => {
  asked.length = 0;
  const error = await errorOf(
    inDuckDb((db, scratch) =>
      ingestRetailers({
        db,
        scratch,
        source: {
          kind: 'bigquery',
          table: 'mart.sales',
          project: 'p',
          pushdown: true,
          maximumBytesBilled: 7e9,
        },
        asOf: '2023-12',
        config: { ingest: { maxRejectedShare: 0 }, features: { windowMonths: 36, representation: 'shape' } },
        retailers: undefined,
        onProgress: () => undefined,
        signal: new AbortController().signal,
        env: { SEGMENTS_BIGQUERY_ENDPOINT: double.endpoint },
        snapshot: undefined,
        keepSnapshot: () => undefined,
      }),
    ),
  );
  expect(error).toMatchObject({ code: 'SourceRefused', where: 'source.maximumBytesBilled' });
  expect(error.message).toContain('5000000000000 bytes; at most 7000000000');
  expect(asked.map(({ dryRun }) => dryRun)).toEqual([true, true]);
  expect(asked[1]!.query).toContain('avg_qty_01');
});
