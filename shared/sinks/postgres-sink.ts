import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { takesOver } from '../artifacts/champion-order.js';
import { type SinkOf } from '../contracts/sink.js';
import { quoteIdentifier } from '../duckdb/quote.js';
import { connectPostgres } from '../sources/postgres/connect.js';
import { postgresSettings } from '../sources/postgres/connection-settings.js';
import { csvField } from '../tabular/csv.js';
import { historyColumns, type HistoryType, type HistoryValue, historyRow } from './history-layout.js';
import { postgresError } from './postgres-error.js';
import {
  type Delivered,
  type DeliveryContext,
  type SegmentDelivery,
  type SegmentSink,
} from './segment-sink.js';
import { refuseTable } from './sink-errors.js';
import { sinkName } from './sink-name.js';

const rowsPerChunk = 2000;

const sqlTypes: Record<HistoryType, string> = {
  text: 'text',
  double: 'double precision',
  timestamp: 'timestamp with time zone',
};

interface Names {
  readonly schema: string;
  readonly history: string;
  readonly champion: string;
  readonly current: string;
}

/**
 * Tables of a PostgreSQL schema: COPY into a temporary table, then one transaction that takes the run's old rows out, puts
 * the new ones in, and moves the champion pointer. Deliveries to the same tables wait for one another (an advisory lock).
 * Server and user come from SEGMENTS_SINK_POSTGRES_URL, else from where the source of this kind has them.
 */
export function createPostgresSink(sink: SinkOf<'postgres'>, env: NodeJS.ProcessEnv): SegmentSink {
  const name = sinkName(sink);
  const qualified = (table: string): string => `${quoteIdentifier(sink.schema)}.${quoteIdentifier(table)}`;
  const names: Names = {
    schema: sink.schema,
    history: qualified(`${sink.prefix}_history`),
    champion: qualified(`${sink.prefix}_champion`),
    current: qualified(`${sink.prefix}_current`),
  };
  return {
    name,
    async deliver(delivery, context) {
      const { signal } = context;
      signal.throwIfAborted();
      const settings = await postgresSettings(env, 'SEGMENTS_SINK_POSTGRES_URL');
      let client: pg.Client | undefined;
      try {
        client = await connectPostgres(settings, signal);
        await client.query('BEGIN');
        const delivered = await inTransaction(client, names, name, delivery, context);
        await client.query('COMMIT');
        return delivered;
      } catch (error) {
        if (signal.aborted) throw signal.reason;
        throw postgresError(error, name);
      } finally {
        // A connection that ends takes its transaction with it.
        await client?.end().catch(() => undefined);
      }
    },
  };
}

async function inTransaction(
  client: pg.Client,
  names: Names,
  where: string,
  delivery: SegmentDelivery,
  { signal, onProgress }: DeliveryContext,
): Promise<Delivered> {
  await client.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [names.history]);
  await createTables(client, names);
  await checkColumns(client, names, where);

  await client.query(`CREATE TEMPORARY TABLE segments_staging (LIKE ${names.history}) ON COMMIT DROP`);
  const columns = historyColumns.map(({ name }) => quoteIdentifier(name)).join(', ');
  const copy = client.query(copyFrom(`COPY segments_staging (${columns}) FROM STDIN (FORMAT csv)`));
  await pipeline(Readable.from(csvLines(delivery, onProgress)), copy, { signal });

  await client.query(`DELETE FROM ${names.history} WHERE run_id = $1`, [delivery.runId]);
  const inserted = await client.query(
    `INSERT INTO ${names.history} (${columns}) SELECT ${columns} FROM segments_staging ORDER BY shop_id`,
  );
  const current = delivery.champion && (await moveChampion(client, names, delivery));
  return { rows: inserted.rowCount ?? 0, current };
}

async function createTables(client: pg.Client, names: Names): Promise<void> {
  const declared = historyColumns.map(
    ({ name, type, nullable }) => `${quoteIdentifier(name)} ${sqlTypes[type]}${nullable ? '' : ' NOT NULL'}`,
  );
  const exists = async (table: string): Promise<boolean> =>
    (await client.query<{ found: boolean }>('SELECT to_regclass($1) IS NOT NULL AS found', [table])).rows[0]!
      .found;
  if (!(await exists(names.history))) {
    await client.query(
      `CREATE TABLE ${names.history} (${declared.join(', ')}, PRIMARY KEY (run_id, shop_id))`,
    );
    await client.query(`CREATE INDEX ON ${names.history} (as_of, shop_id)`);
  }
  if (!(await exists(names.champion))) {
    await client.query(
      `CREATE TABLE ${names.champion} (
         only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
         run_id text NOT NULL, as_of text NOT NULL, finished_at timestamp with time zone NOT NULL)`,
    );
  }
  if (!(await exists(names.current))) {
    const columns = historyColumns.map(({ name }) => `h.${quoteIdentifier(name)}`).join(', ');
    await client.query(
      `CREATE VIEW ${names.current} AS SELECT ${columns} FROM ${names.history} h JOIN ${names.champion} c USING (run_id)`,
    );
  }
}

/** A table of other columns is somebody else's, or has been altered: it is not written to. Further columns may stand there. */
async function checkColumns(client: pg.Client, names: Names, where: string): Promise<void> {
  const { rows } = await client.query<{ name: string; type: string; required: boolean }>(
    `SELECT attname AS name, format_type(atttypid, NULL) AS type, attnotnull AND NOT atthasdef AS required
     FROM pg_attribute WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped`,
    [names.history],
  );
  const found = new Map(rows.map(({ name, type }) => [name, type]));
  const problems = historyColumns
    .filter(({ name, type }) => found.get(name) !== sqlTypes[type])
    .map(({ name, type }) => `${name}: found ${found.get(name) ?? 'no column'}; expected ${sqlTypes[type]}`);
  const known = new Set<string>(historyColumns.map(({ name }) => name));
  for (const { name, required } of rows)
    if (required && !known.has(name))
      problems.push(`${name}: found a column that must be filled; expected none`);
  refuseTable(where, problems);
}

function* csvLines(delivery: SegmentDelivery, onProgress: DeliveryContext['onProgress']): Generator<string> {
  const total = delivery.rows.shopIds.length;
  for (let start = 0; start < total; start += rowsPerChunk) {
    let text = '';
    const end = Math.min(start + rowsPerChunk, total);
    for (let i = start; i < end; i++) text += `${historyRow(delivery, i).map(csvValue).join(',')}\n`;
    yield text;
    onProgress({ phase: 'rows', done: end, total });
  }
}

/** In COPY's CSV an unquoted empty field is NULL and a quoted one an empty text. */
function csvValue(value: HistoryValue): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  return value === '' ? '""' : csvField(value);
}

async function moveChampion(client: pg.Client, names: Names, delivery: SegmentDelivery): Promise<boolean> {
  const { rows } = await client.query<{ run_id: string; as_of: string; finished_at: Date }>(
    `SELECT run_id, as_of, finished_at FROM ${names.champion} FOR UPDATE`,
  );
  const found = rows[0] && {
    runId: rows[0].run_id,
    asOf: rows[0].as_of,
    finishedAt: rows[0].finished_at.getTime(),
  };
  if (!takesOver(delivery, found)) return false;
  await client.query(
    `INSERT INTO ${names.champion} (run_id, as_of, finished_at) VALUES ($1, $2, $3)
     ON CONFLICT (only_row) DO UPDATE SET run_id = $1, as_of = $2, finished_at = $3`,
    [delivery.runId, delivery.asOf, new Date(delivery.finishedAt).toISOString()],
  );
  return true;
}
