import { join } from 'node:path';
import { type Readable } from 'node:stream';
import snowflake, { type Bind, type Connection, type RowStatement } from 'snowflake-sdk';
import { type Source } from '../../contracts/source.js';
import { resolveColumns } from '../resolve-columns.js';
import { RowsFile } from '../rows-file.js';
import { wrongColumnType } from '../sales-column-type.js';
import { type SalesColumn, salesColumns, type SalesSource, type SourceContext } from '../sales-source.js';
import { type HandedOver, stageCsv } from '../staged-csv.js';
import { snowflakeSettings } from './connection-settings.js';
import { relationSql, salesSql } from './sales-query.js';
import { snowflakeError } from './snowflake-error.js';

type SnowflakeSource = Extract<Source, { kind: 'snowflake' }>;

const defaultStatementSeconds = 3600;
const rowsBetweenReports = 10_000;

// The driver would write a log file into whatever folder the worker was started in.
snowflake.configure({ logLevel: 'OFF', additionalLogToConsole: false });

/**
 * A table, view or query of Snowflake, streamed to disk. Numbers come as text, as the server writes them: JavaScript would
 * round those above 2⁵³. `line` is the number of the row as it came: Snowflake promises no order.
 */
export const snowflakeSource: SalesSource<'snowflake'> = {
  kind: 'snowflake',
  async stage(source, context) {
    const where = `snowflake:${source.table ?? 'query'}`;
    const connection = snowflake.createConnection(await snowflakeSettings(context.env));
    try {
      return await stageCsv(context.db, context.scratch, await download(connection, source, where, context));
    } catch (error) {
      context.signal.throwIfAborted();
      throw snowflakeError(error, where);
    }
  },
};

async function download(
  connection: Connection,
  source: SnowflakeSource,
  where: string,
  { scratch, asOf, onProgress, signal }: SourceContext,
): Promise<HandedOver> {
  const relation = relationSql(source, asOf);
  const binds = source.binds ?? [];
  await abortable(connect(connection), signal);
  let running: RowStatement | undefined;
  const cancel = (): void => running?.cancel(() => undefined);
  signal.addEventListener('abort', cancel, { once: true });
  const file = await RowsFile.create(join(scratch, 'rows.csv'));
  try {
    const seconds = source.statementTimeoutSeconds ?? defaultStatementSeconds;
    const run = async (sqlText: string, values: Bind[] = []): Promise<RowStatement> =>
      (running = await abortable(execute(connection, sqlText, values, seconds), signal));
    const columns = describe(await run(`SELECT * FROM ${relation} AS source LIMIT 0`, binds), source, where);
    onProgress({ phase: 'rows read', done: 0 });
    const statement = await run(salesSql(relation, columns), binds);
    const total = statement.getNumRows();
    const isNumber = statement.getColumns()!.map((column) => !/^text$/i.test(column.getType()));
    const stream = statement.streamRows() as Readable;
    const breakOff = (): void => void stream.destroy(signal.reason as Error);
    signal.addEventListener('abort', breakOff, { once: true });
    for await (const row of stream as AsyncIterable<(string | number | null)[]>) {
      await file.add(row.map((value, index) => text(value, isNumber[index]!)));
      if (file.rows % rowsBetweenReports === 0) onProgress({ phase: 'rows read', done: file.rows, total });
    }
    signal.removeEventListener('abort', breakOff);
    const sha256 = await file.finish();
    const version = `query ${statement.getQueryId()}${source.snapshot === undefined ? '' : ` as of ${source.snapshot}`}`;
    return {
      csv: file.path,
      columns: [...columns.keys()],
      rows: total,
      where,
      fingerprint: { kind: 'snowflake', sha256, bytes: file.bytes, version },
    };
  } finally {
    signal.removeEventListener('abort', cancel);
    await file.close();
    connection.destroy(() => undefined);
  }
}

/** The driver's own connectAsync resolves where the login has failed. */
function connect(connection: Connection): Promise<void> {
  return new Promise((resolve, reject) => {
    void connection.connect((error) => (error ? reject(error) : resolve()));
  });
}

function execute(
  connection: Connection,
  sqlText: string,
  binds: Bind[],
  seconds: number,
): Promise<RowStatement> {
  return new Promise((resolve, reject) => {
    connection.execute({
      sqlText,
      binds,
      parameters: { STATEMENT_TIMEOUT_IN_SECONDS: seconds },
      streamResult: true,
      rowMode: 'array',
      fetchAsString: ['Number'],
      complete: (error, statement) => (error ? reject(error) : resolve(statement as RowStatement)),
    });
  });
}

/** A missing number comes as the word NULL where numbers are fetched as text. */
function text(value: string | number | null | undefined, isNumber: boolean): string | null {
  if (value === null || value === undefined || (isNumber && value === 'NULL')) return null;
  return String(value);
}

/** `work`, or the reason of the abort as soon as there is one: the driver knows no signal. */
async function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  let stop = (): void => undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    stop = () => reject(signal.reason as Error);
    signal.addEventListener('abort', stop, { once: true });
  });
  work.catch(() => undefined);
  return await Promise.race([work, aborted]).finally(() => signal.removeEventListener('abort', stop));
}

function describe(statement: RowStatement, source: SnowflakeSource, where: string): Map<SalesColumn, string> {
  const found = (statement.getColumns() ?? []).map((column) => ({
    name: column.getName(),
    type: column.getType(),
  }));
  const indices = resolveColumns(
    found.map(({ name }) => name),
    source.columns,
    where,
  );
  const columns = new Map<SalesColumn, string>();
  for (const column of salesColumns) {
    const index = indices[column];
    if (index === undefined) continue;
    const { name, type } = found[index]!;
    if (!/^(fixed|real|text)$/i.test(type))
      throw wrongColumnType(column, { name, type: type.toUpperCase() }, where);
    columns.set(column, name);
  }
  return columns;
}
