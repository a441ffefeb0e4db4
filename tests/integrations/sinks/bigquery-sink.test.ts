import { BigQuery } from '@google-cloud/bigquery';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { createBigQuerySink } from '../../../shared/sinks/bigquery-sink.js';
import { startTestBigQuery } from '../sources/bigquery-system.js';
import { startHttpDouble } from '../../support/http-double.js';
import {
  deliverTo,
  type HistoryRow,
  makeDelivery,
  type SinkPlace,
  sinkTable,
  testSinkContract,
} from '../../support/sink-contract.js';

// The emulator wants no credentials; looking for a machine's own on the network would take the client half a minute each time.
process.env['METADATA_SERVER_DETECTION'] = 'none';
const server = await startTestBigQuery();
afterAll(async () => server?.stop());

const client = (): BigQuery => new BigQuery({ projectId: server!.project, apiEndpoint: server!.endpoint });

async function read(dataset: string, table: string): Promise<HistoryRow[]> {
  if (!(await client().dataset(dataset).table(table).exists())[0]) return [];
  const [rows] = await client().query({ query: `SELECT * FROM \`${server!.project}.${dataset}.${table}\`` });
  return (rows as Record<string, unknown>[]).map(
    (row) =>
      ({
        ...row,
        finished_at: new Date((row['finished_at'] as { value: string }).value).toISOString(),
      }) as HistoryRow,
  );
}

const table = sinkTable();
let places = 0;
async function openPlace(): Promise<SinkPlace & { dataset: string }> {
  const dataset = `place_${++places}`;
  await client().createDataset(dataset);
  const busy = await startHttpDouble(() => ({
    status: 403,
    json: { error: { code: 403, message: 'planned', errors: [{ reason: 'rateLimitExceeded' }] } },
  }));
  onTestFinished(() => busy.close());
  const at = (endpoint: string, place = dataset) =>
    createBigQuerySink(
      { kind: 'bigquery', project: server!.project, dataset: place, prefix: 'segments' },
      { SEGMENTS_BIGQUERY_ENDPOINT: endpoint },
    );
  return {
    dataset,
    sink: at(server!.endpoint),
    unreachable: at('http://127.0.0.1:9'),
    throttled: at(busy.endpoint),
    nowhere: at(server!.endpoint, 'nowhere'),
    history: () => read(dataset, 'segments_history'),
    current: () => read(dataset, 'segments_current'),
    async changeType() {
      const table = `${server!.project}.${dataset}.segments_history`;
      await client().query({ query: `DROP VIEW \`${server!.project}.${dataset}.segments_current\`` });
      await client().query({
        query: `CREATE OR REPLACE TABLE \`${table}\` AS SELECT * REPLACE (CAST(strength AS STRING) AS strength) FROM \`${table}\``,
      });
    },
  };
}

// The emulator asks nobody for credentials: what is refused is told apart in tests/unit/sinks.
describe.skipIf(server === undefined)('tables of BigQuery', { timeout: 240_000 }, () => {
  testSinkContract('BigQuery (bqemulator)', openPlace, { 'wrong credentials': 'it asks for none' }, table);

  test('no staging table is left behind', async () => {
    const { sink, dataset } = await openPlace();
    await deliverTo(sink, makeDelivery());
    const [tables] = await client().dataset(dataset).getTables();
    expect(tables.map(({ id }) => id).sort()).toEqual([
      'segments_champion',
      'segments_current',
      'segments_history',
    ]);
  });
});

test('docs/integrations.md keeps this table', () => table.expectKept());
