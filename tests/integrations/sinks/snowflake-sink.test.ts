import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { type Environment } from '../../../shared/sources/sales-source.js';
import { withSnowflake } from '../../../shared/sources/snowflake/session.js';
import { createSnowflakeSink } from '../../../shared/sinks/snowflake-sink.js';
import { startHttpDouble } from '../../support/http-double.js';
import {
  deliverTo,
  type HistoryRow,
  makeDelivery,
  type SinkPlace,
  sinkTable,
  testSinkContract,
} from '../../support/sink-contract.js';
import { inSnowflake, startTestSnowflake } from '../sources/snowflake-system.js';

const server = await startTestSnowflake();
afterAll(async () => server?.stop());

const names = [
  ...['as_of', 'run_id', 'model_run_id', 'shop_id', 'segment_id', 'segment_name', 'previous_segment_id'],
  ...['strength', 'outlier_score'],
];

async function read(schema: string, table: string): Promise<HistoryRow[]> {
  const context = { env: server!.env, signal: new AbortController().signal, onProgress: () => undefined };
  return await withSnowflake(60, context, async (session) => {
    const rows = await session
      .rows(
        `SELECT ${names.join(', ')}, DATE_PART(EPOCH_MILLISECOND, FINISHED_AT) FROM MART.${schema}.${table}`,
      )
      .catch((error: unknown) => {
        if (/does not exist/.test(String(error))) return [];
        throw error;
      });
    return rows.map((row) => {
      const value = (cell: string | number | null, i: number): string | number | null =>
        cell === null || (i >= 7 && cell === 'NULL') ? null : i >= 7 ? Number(cell) : cell;
      return {
        ...Object.fromEntries(names.map((name, i) => [name, value(row[i]!, i)])),
        finished_at: new Date(Number(row[names.length])).toISOString(),
      };
    });
  });
}

const table = sinkTable();
let places = 0;
async function openPlace(): Promise<SinkPlace & { schema: string }> {
  const schema = `PLACE_${++places}`;
  await inSnowflake(server!, async (run) => {
    await run('CREATE DATABASE IF NOT EXISTS MART');
    await run(`CREATE SCHEMA MART.${schema}`);
  });
  const busy = await startHttpDouble(() => ({ status: 429, json: { message: 'too many requests' } }));
  onTestFinished(() => busy.close());
  const at = (env: Environment, place = schema) =>
    createSnowflakeSink(
      { kind: 'snowflake', database: 'mart', schema: place, prefix: 'segments' },
      { ...server!.env, ...env },
    );
  return {
    schema,
    sink: at({}),
    stranger: at({ SNOWFLAKE_PASSWORD: 'wrong-secret' }),
    unreachable: at({ SEGMENTS_SNOWFLAKE_URL: 'http://127.0.0.1:9' }),
    throttled: at({ SEGMENTS_SNOWFLAKE_URL: busy.endpoint }),
    nowhere: at({}, 'nowhere'),
    history: () => read(schema, 'SEGMENTS_HISTORY'),
    current: () => read(schema, 'SEGMENTS_CURRENT'),
    changeType: () =>
      inSnowflake(server!, async (run) => {
        const table = `MART.${schema}.SEGMENTS_HISTORY`;
        await run(`DROP VIEW MART.${schema}.SEGMENTS_CURRENT`);
        await run(`CREATE TABLE MART.${schema}.OTHER AS SELECT * FROM ${table}`);
        await run(`DROP TABLE ${table}`);
        const kept = names.filter((name) => name !== 'strength').join(', ');
        await run(
          `CREATE TABLE ${table} AS SELECT ${kept}, STRENGTH::VARCHAR AS STRENGTH, FINISHED_AT FROM MART.${schema}.OTHER`,
        );
      }),
  };
}

describe.skipIf(server === undefined)('tables of Snowflake', { timeout: 240_000 }, () => {
  testSinkContract('Snowflake (fakesnow)', openPlace, {}, table);

  test('without a schema of its own or of the environment, the sink says which are missing', async () => {
    const nowhere = createSnowflakeSink(
      { kind: 'snowflake', database: 'MART', prefix: 'segments' },
      { ...server!.env, SNOWFLAKE_SCHEMA: '' },
    );
    await expect(deliverTo(nowhere, makeDelivery())).rejects.toMatchObject({
      code: 'SinkRefused',
      message: expect.stringContaining('neither schema nor SNOWFLAKE_SCHEMA') as string,
    });
  });

  test('no staging table is left behind', async () => {
    const { sink, schema } = await openPlace();
    await deliverTo(sink, makeDelivery());
    expect(await read(schema, 'SEGMENTS_STAGING')).toEqual([]);
  });
});

test('docs/integrations.md keeps this table', () => table.expectKept());
