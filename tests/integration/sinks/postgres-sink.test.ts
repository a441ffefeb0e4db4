import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import pg from 'pg';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { createPostgresSink } from '../../../shared/sinks/postgres-sink.js';
import { startTestPostgres } from '../../support/postgres-server.js';
import { projectRoot } from '../../support/segments-command.js';
import {
  deliverTo,
  type HistoryRow,
  makeDelivery,
  type SinkPlace,
  sinkTable,
  testSinkContract,
} from '../../support/sink-contract.js';

const server = await startTestPostgres();
afterAll(async () => server?.stop());

async function query(sql: string, values: unknown[] = []): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: server!.url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql, values)).rows;
  } finally {
    await client.end();
  }
}

async function read(table: string): Promise<HistoryRow[]> {
  const [found] = await query('SELECT to_regclass($1) IS NOT NULL AS there', [table]);
  if (found!['there'] !== true) return [];
  const rows = await query(`SELECT * FROM ${table}`);
  return rows.map(
    (row) => ({ ...row, finished_at: (row['finished_at'] as Date).toISOString() }) as HistoryRow,
  );
}

const table = sinkTable();
let places = 0;
async function openPlace(): Promise<SinkPlace & { schema: string }> {
  const schema = `place_${++places}`;
  await query(`CREATE SCHEMA ${schema}`);
  await query(`CREATE ROLE busy_${schema} LOGIN PASSWORD 'busy' CONNECTION LIMIT 0`);
  const at = (url: string) =>
    createPostgresSink({ kind: 'postgres', schema, prefix: 'segments' }, { SEGMENTS_SINK_POSTGRES_URL: url });
  const other = (change: (url: URL) => void): string => {
    const url = new URL(server!.url);
    change(url);
    return url.href;
  };
  return {
    schema,
    sink: at(server!.url),
    stranger: at(other((url) => (url.password = 'wrong-secret'))),
    unreachable: at(other((url) => (url.port = '9'))),
    throttled: at(other((url) => ((url.username = `busy_${schema}`), (url.password = 'busy')))),
    nowhere: createPostgresSink(
      { kind: 'postgres', schema: 'nowhere', prefix: 'segments' },
      { SEGMENTS_SINK_POSTGRES_URL: server!.url },
    ),
    history: () => read(`${schema}.segments_history`),
    current: () => read(`${schema}.segments_current`),
    async changeType() {
      await query(`DROP VIEW ${schema}.segments_current`);
      await query(`ALTER TABLE ${schema}.segments_history ALTER strength TYPE text`);
    },
  };
}

describe.skipIf(server === undefined)('tables of PostgreSQL', () => {
  testSinkContract('PostgreSQL', openPlace, {}, table);

  test('a delivery that is killed after all rows were handed over leaves nothing, and the next one is whole', async () => {
    const { schema, sink, history } = await openPlace();
    await deliverTo(sink, makeDelivery({ asOf: '2023-11', count: 2 }));
    // A reader that holds the table keeps the delivery from its last step, for as long as this test wants.
    const blocker = new pg.Client({ connectionString: server!.url });
    await blocker.connect();
    onTestFinished(() => blocker.end());
    await blocker.query('BEGIN');
    await blocker.query(`LOCK TABLE ${schema}.segments_history IN SHARE MODE`);

    const runId = randomUUID();
    const child = spawn(
      process.execPath,
      [
        path.join(projectRoot, 'tests/support/deliver-child.mjs'),
        pathToFileURL(path.join(projectRoot, 'dist')).href,
        JSON.stringify({ kind: 'postgres', schema, prefix: 'segments' }),
        '3000',
        runId,
      ],
      {
        env: { ...process.env, SEGMENTS_SINK_POSTGRES_URL: server!.url },
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    onTestFinished(() => void child.kill('SIGKILL'));
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await once(child, 'exit');
    await blocker.query('COMMIT');
    expect(await history()).toHaveLength(2);
    expect(await deliverTo(sink, makeDelivery({ runId, count: 3000 }))).toMatchObject({ rows: 3000 });
    expect(await history()).toHaveLength(3002);
  });

  test('readers in the middle of a delivery see what was there before, whole', async () => {
    const { schema, sink, current } = await openPlace();
    await deliverTo(sink, makeDelivery({ asOf: '2023-11', count: 50 }));
    const reader = new pg.Client({ connectionString: server!.url });
    await reader.connect();
    onTestFinished(() => reader.end());
    await reader.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const count = async (): Promise<number> =>
      Number(
        (await reader.query<{ n: string }>(`SELECT count(*) AS n FROM ${schema}.segments_current`)).rows[0]!
          .n,
      );
    expect(await count()).toBe(50);
    await deliverTo(sink, makeDelivery({ count: 70 }));
    expect(await count()).toBe(50);
    expect(await current()).toHaveLength(70);
  });

  test('further columns of the owner are left alone; a schema that is not there, and a role that may not write, are named', async () => {
    const { schema, sink, history } = await openPlace();
    await deliverTo(sink, makeDelivery({ count: 2 }));
    await query(`ALTER TABLE ${schema}.segments_history ADD note text`);
    await deliverTo(sink, makeDelivery({ count: 3 }));
    expect(await history()).toHaveLength(5);

    const missing = createPostgresSink(
      { kind: 'postgres', schema: 'nowhere', prefix: 'segments' },
      { SEGMENTS_SINK_POSTGRES_URL: server!.url },
    );
    await expect(deliverTo(missing, makeDelivery())).rejects.toMatchObject({
      code: 'SinkRefused',
      message: expect.stringContaining('nowhere') as string,
    });

    await query(`CREATE ROLE reader_${schema} LOGIN PASSWORD 'reads'`);
    const url = new URL(server!.url);
    url.username = `reader_${schema}`;
    url.password = 'reads';
    const reading = createPostgresSink(
      { kind: 'postgres', schema, prefix: 'segments' },
      { SEGMENTS_SINK_POSTGRES_URL: url.href },
    );
    await expect(deliverTo(reading, makeDelivery())).rejects.toMatchObject({ code: 'CredentialsRefused' });
  });

  test('a connection that the server ends in the middle is worth a retry', async () => {
    const { schema, sink, history } = await openPlace();
    await deliverTo(sink, makeDelivery({ count: 2 }));
    const blocker = new pg.Client({ connectionString: server!.url });
    await blocker.connect();
    onTestFinished(() => blocker.end());
    await blocker.query('BEGIN');
    await blocker.query(`LOCK TABLE ${schema}.segments_history IN SHARE MODE`);
    const delivering = deliverTo(sink, makeDelivery({ count: 100 }));
    const settled = expect(delivering).rejects.toMatchObject({ code: 'SinkUnavailable', retryable: true });
    const waiting = `FROM pg_stat_activity WHERE application_name = 'stable-segments' AND wait_event_type = 'Lock'`;
    while ((await query(`SELECT pg_terminate_backend(pid) ${waiting}`)).length === 0)
      await new Promise((resolve) => setTimeout(resolve, 20));
    await settled;
    await blocker.query('COMMIT');
    expect(await history()).toHaveLength(2);
  });
});

test('docs/integrations.md keeps this table', () => table.expectKept());
