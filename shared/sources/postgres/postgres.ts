import { join } from 'node:path';
import type pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { type Source } from '../../contracts/source.js';
import { quoteIdentifier } from '../../duckdb/quote.js';
import { SegmentsError } from '../../errors.js';
import { pourToFile } from '../pour-to-file.js';
import { resolveColumns } from '../resolve-columns.js';
import { wrongColumnType } from '../sales-column-type.js';
import { type SalesColumn, salesColumns, type SalesSource, type SourceContext } from '../sales-source.js';
import { type HandedOver, stageCsv } from '../staged-csv.js';
import { parseTableName } from '../table-name.js';
import { connectPostgres } from './connect.js';
import { type PostgresSettings, postgresSettings } from './connection-settings.js';
import { postgresError } from './postgres-error.js';

type PostgresSource = Extract<Source, { kind: 'postgres' }>;

const defaultStatementSeconds = 3600;
const secondsToNoticeLostClient = 2;

/**
 * A table, view or query of PostgreSQL, by COPY, in one read-only transaction that sees one snapshot. Only the columns
 * needed cross the network. `line` is the number of the row as the server sent it.
 */
export const postgresSource: SalesSource<'postgres'> = {
  kind: 'postgres',
  async stage(source, context) {
    const settings = await postgresSettings(context.env);
    const where = `${settings.where}: ${source.table ?? 'query'}`;
    return await stageCsv(context.db, context.scratch, await copyOut(source, settings, where, context));
  },
};

async function copyOut(
  source: PostgresSource,
  settings: PostgresSettings,
  where: string,
  { scratch, onProgress, signal }: SourceContext,
): Promise<HandedOver> {
  const csv = join(scratch, 'rows.csv');
  const onBytes = (done: number): void => onProgress({ phase: 'bytes read', done });
  let client: pg.Client | undefined;
  try {
    client = await connectPostgres(settings, signal);
    const version = await beginSnapshot(client, source.statementTimeoutSeconds ?? defaultStatementSeconds);
    const relation = relationSql(source);
    const columns = await describe(client, relation, source, where);
    const names = [...columns.values()].map(quoteIdentifier);
    const rows = `SELECT ${names.join(', ')} FROM ${relation} AS source`;
    const copy = client.query(copyTo(`COPY (${rows}) TO STDOUT (FORMAT csv)`));
    const { bytes, sha256 } = await pourToFile(copy, csv, onBytes, signal);
    await client.query('COMMIT');
    const fingerprint = { kind: 'postgres', sha256, bytes, version } as const;
    return { csv, columns: [...columns.keys()], rows: copy.rowCount, where, fingerprint };
  } catch (error) {
    signal.throwIfAborted();
    throw postgresError(error, where);
  } finally {
    await client?.end().catch(() => undefined);
  }
}

/** Opens the transaction, and returns when it was and what it sees. */
async function beginSnapshot(client: pg.Client, statementSeconds: number): Promise<string> {
  await client.query(`SELECT set_config('statement_timeout', $1, false)`, [`${statementSeconds}s`]);
  // Large tables are otherwise read from where another reader happens to be: the order would differ from read to read.
  await client.query('SET synchronize_seqscans = off');
  // Makes the server end a query that nobody waits for any more. Not every system that it runs on can tell.
  await client
    .query(`SET client_connection_check_interval = '${secondsToNoticeLostClient}s'`)
    .catch(() => undefined);
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  const { rows } = await client.query<{ time: string; snapshot: string }>(
    `SELECT to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS time, txid_current_snapshot()::text AS snapshot`,
  );
  return `${rows[0]!.time} snapshot ${rows[0]!.snapshot}`;
}

function relationSql({ table, query }: PostgresSource): string {
  if (table !== undefined) {
    return parseTableName(table, (part) => part.toLowerCase(), 2)
      .map(quoteIdentifier)
      .join('.');
  }
  return `(\n${query!.replace(/[\s;]+$/, '')}\n)`;
}

/**
 * The columns needed and what they are called in the source. The relation is parsed here as part of one prepared SELECT:
 * a query whose parentheses do not close, or that holds a second statement, fails before it gets near COPY.
 */
async function describe(
  client: pg.Client,
  relation: string,
  source: PostgresSource,
  where: string,
): Promise<Map<SalesColumn, string>> {
  const { fields } = await client.query({
    text: `SELECT * FROM ${relation} AS source LIMIT 0`,
    queryMode: 'extended',
  } as pg.QueryConfig);
  const { rows } = await client.query<{ oid: number; name: string; category: string }>(
    'SELECT oid::int8::text AS oid, typname AS name, typcategory AS category FROM pg_type WHERE oid = ANY($1)',
    [fields.map(({ dataTypeID }) => dataTypeID)],
  );
  const types = new Map(rows.map(({ oid, name, category }) => [Number(oid), { name, category }]));
  const names = fields.map(({ name }) => name);
  const indices = resolveColumns(names, source.columns, where);
  const columns = new Map<SalesColumn, string>();
  for (const column of salesColumns) {
    const index = indices[column];
    if (index === undefined) continue;
    const { name, dataTypeID } = fields[index]!;
    const type = types.get(dataTypeID);
    if (!isUsable(column, type))
      throw wrongColumnType(column, { name, type: type?.name ?? 'unknown' }, where);
    if (names.filter((other) => other === name).length > 1) throw twice(name, where);
    columns.set(column, name);
  }
  return columns;
}

/** Text and enumerations (S, E), numbers (N, of which money is written by locale), and UUIDs as IDs. */
function isUsable(column: SalesColumn, type: { name: string; category: string } | undefined): boolean {
  if (type === undefined) return false;
  return (
    /^[SE]$/.test(type.category) ||
    (type.category === 'N' && type.name !== 'money' && !type.name.startsWith('reg')) ||
    (type.name === 'uuid' && column.endsWith('_id'))
  );
}

function twice(name: string, where: string): SegmentsError {
  return new SegmentsError('SourceRefused', `the query returns two columns named ${name}; expected one`, {
    where,
    remedy: 'Give each column of the query a name of its own.',
  });
}
