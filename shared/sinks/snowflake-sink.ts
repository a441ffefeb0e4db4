import { type SinkOf } from '../contracts/sink.js';
import { quoteIdentifier } from '../duckdb/quote.js';
import { SegmentsError } from '../errors.js';
import { type SnowflakeSession } from '../sources/snowflake/session.js';
import { snowflakeError } from '../sources/snowflake/snowflake-error.js';
import { historyColumns, type HistoryType, historyRow } from './history-layout.js';
import {
  type Delivered,
  type DeliveryContext,
  type SegmentDelivery,
  type SegmentSink,
} from './segment-sink.js';
import { refuseTable, sinkCredentialsRefused, sinkRefused, sinkUnavailable } from './sink-errors.js';
import { sinkName } from './sink-name.js';

/** Rows of one INSERT: a megabyte or two of JSON, far below what a bind may hold. */
const rowsPerStatement = 5000;
/** The server gives up on a statement after so long. */
const statementSeconds = 1800;

/** A type as it is declared, and as INFORMATION_SCHEMA calls it. */
const types: Record<HistoryType, { readonly declared: string; readonly found: string }> = {
  text: { declared: 'VARCHAR', found: 'TEXT' },
  double: { declared: 'DOUBLE', found: 'FLOAT' },
  timestamp: { declared: 'TIMESTAMP_TZ', found: 'TIMESTAMP_TZ' },
};

/** Snowflake writes bare names in capitals: these read without quotes. */
const capital = (name: string): string => quoteIdentifier(name.toUpperCase());
const columns = historyColumns.map(({ name }) => capital(name)).join(', ');

interface Names {
  readonly database: string;
  readonly schema: string;
  /** Database and schema, quoted. */
  readonly inSchema: string;
  readonly history: string;
  readonly champion: string;
  readonly current: string;
}

/**
 * Tables of a Snowflake schema: rows as JSON binds into a temporary table, which goes with the session, then one transaction
 * that moves the champion pointer, takes the run's old rows out and puts the new ones in. The pointer's table always has one
 * row, which deliveries change one after the other. Account and user as for the source of this kind.
 */
export function createSnowflakeSink(
  sink: SinkOf<'snowflake'>,
  env: Readonly<Record<string, string | undefined>>,
): SegmentSink {
  const name = sinkName(sink);
  return {
    name,
    async deliver(delivery, context) {
      context.signal.throwIfAborted();
      const names = namesOf(sink, env, name);
      const settings = sink.role === undefined ? env : { ...env, SNOWFLAKE_ROLE: sink.role };
      // The driver is loaded where it is used.
      const { withSnowflake } = await import('../sources/snowflake/session.js');
      try {
        return await withSnowflake(statementSeconds, { ...context, env: settings }, (session) =>
          deliverTo(session, names, name, delivery, context),
        );
      } catch (error) {
        if (context.signal.aborted) throw context.signal.reason;
        throw asSinkError(snowflakeError(error, name), name);
      }
    },
  };
}

function namesOf(
  { database, schema, prefix }: SinkOf<'snowflake'>,
  env: Readonly<Record<string, string | undefined>>,
  where: string,
): Names {
  const part = (given: string | undefined, key: string, variable: string): string => {
    const found = given ?? env[variable];
    if (found) return found;
    throw sinkRefused(
      where,
      `found neither ${key} nor ${variable}; expected one of them`,
      `Name the ${key} in the sink, or set ${variable} for the worker.`,
    );
  };
  const names = {
    database: part(database, 'database', 'SNOWFLAKE_DATABASE'),
    schema: part(schema, 'schema', 'SNOWFLAKE_SCHEMA'),
  };
  const inSchema = `${capital(names.database)}.${capital(names.schema)}`;
  const qualified = (table: string): string => `${inSchema}.${capital(table)}`;
  return {
    ...names,
    inSchema,
    history: qualified(`${prefix}_history`),
    champion: qualified(`${prefix}_champion`),
    current: qualified(`${prefix}_current`),
  };
}

async function deliverTo(
  session: SnowflakeSession,
  names: Names,
  where: string,
  delivery: SegmentDelivery,
  { onProgress }: DeliveryContext,
): Promise<Delivered> {
  // Where temporary tables go; a schema that is not there is refused here.
  await session.change(`USE SCHEMA ${names.inSchema}`);
  // Each of these commits by itself, and does nothing where it was done before.
  await createTables(session, names);
  await checkColumns(session, names, where);
  const staging = capital('segments_staging');
  await session.change(`CREATE TEMPORARY TABLE ${staging} (${declaredColumns().join(', ')})`);
  const total = delivery.rows.shopIds.length;
  for (let from = 0; from < total; from += rowsPerStatement) {
    const end = Math.min(from + rowsPerStatement, total);
    const rows = Array.from({ length: end - from }, (_, i) => historyRow(delivery, from + i));
    const values = historyColumns.map(({ type }, i) => `f.value[${i}]::${types[type].declared}`);
    await session.change(
      `INSERT INTO ${staging} (${columns}) SELECT ${values.join(', ')} FROM TABLE(FLATTEN(INPUT => PARSE_JSON(?))) f`,
      [JSON.stringify(rows)],
    );
    onProgress({ phase: 'rows', done: end, total });
  }
  await session.change('BEGIN');
  if (delivery.champion) await moveChampion(session, names, delivery);
  await session.change(`DELETE FROM ${names.history} WHERE RUN_ID = ?`, [delivery.runId]);
  await session.change(`INSERT INTO ${names.history} (${columns}) SELECT ${columns} FROM ${staging}`);
  const pointers = await session.rows(`SELECT RUN_ID FROM ${names.champion}`);
  if (pointers.length !== 1) {
    // Without its row no delivery would ever be current, in silence. The session's end takes the transaction with it.
    throw sinkRefused(
      where,
      `${names.champion} has ${pointers.length} rows; expected one`,
      'Drop that table: the next delivery makes it anew.',
    );
  }
  await session.change('COMMIT');
  return { rows: total, current: delivery.champion && pointers[0]![0] === delivery.runId };
}

const declaredColumns = (): string[] =>
  historyColumns.map(
    ({ name, type, nullable }) => `${capital(name)} ${types[type].declared}${nullable ? '' : ' NOT NULL'}`,
  );

async function createTables(session: SnowflakeSession, names: Names): Promise<void> {
  await session.change(`CREATE TABLE IF NOT EXISTS ${names.history} (${declaredColumns().join(', ')})`);
  // One row from the beginning: two first deliveries at once would otherwise put in one each.
  await session.change(`CREATE TABLE IF NOT EXISTS ${names.champion} AS
    SELECT ''::VARCHAR AS RUN_ID, ''::VARCHAR AS AS_OF, '1970-01-01T00:00:00Z'::TIMESTAMP_TZ AS FINISHED_AT`);
  const selected = historyColumns.map(({ name }) => `h.${capital(name)}`).join(', ');
  await session.change(`CREATE VIEW IF NOT EXISTS ${names.current} AS
    SELECT ${selected} FROM ${names.history} h JOIN ${names.champion} c ON h.RUN_ID = c.RUN_ID`);
}

/** A table of other columns is somebody else's, or has been altered: it is not written to. Further columns may stand there. */
async function checkColumns(session: SnowflakeSession, names: Names, where: string): Promise<void> {
  const [, , table] = names.history.split('.');
  const found = await session.rows(
    `SELECT COLUMN_NAME, DATA_TYPE FROM ${capital(names.database)}.INFORMATION_SCHEMA.COLUMNS
     WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?`,
    [names.schema.toUpperCase(), table!.replaceAll('"', '')],
  );
  const typeOf = new Map(found.map(([column, type]) => [String(column), String(type)]));
  const problems = historyColumns
    .map(({ name, type }) => ({ name, type: typeOf.get(name.toUpperCase()), expected: types[type].found }))
    .filter(({ type, expected }) => type !== expected)
    .map(({ name, type, expected }) => `${name}: found ${type ?? 'no column'}; expected ${expected}`);
  refuseTable(where, problems);
}

/** The rule of `takesOver`, in the warehouse. */
async function moveChampion(
  session: SnowflakeSession,
  { champion }: Names,
  { runId, asOf, finishedAt }: SegmentDelivery,
): Promise<void> {
  const finished = new Date(finishedAt).toISOString();
  await session.change(
    `UPDATE ${champion} SET RUN_ID = ?, AS_OF = ?, FINISHED_AT = CAST(? AS TIMESTAMP_TZ)
     WHERE RUN_ID = ? OR AS_OF < ? OR (AS_OF = ? AND
       (FINISHED_AT < CAST(? AS TIMESTAMP_TZ) OR (FINISHED_AT = CAST(? AS TIMESTAMP_TZ) AND RUN_ID < ?)))`,
    [runId, asOf, finished, runId, asOf, asOf, finished, finished, runId],
  );
}

/** The words of a source, said of a sink. */
function asSinkError(error: unknown, where: string): unknown {
  if (!(error instanceof SegmentsError)) return error;
  const said = error.message.startsWith(`${where}: `) ? error.message.slice(where.length + 2) : error.message;
  if (error.code === 'SourceUnavailable') return sinkUnavailable(where, said, error);
  if (error.code === 'CredentialsRefused') {
    return sinkCredentialsRefused(
      where,
      said,
      'Correct SNOWFLAKE_USER and its key or password, and grant its role (sink.role, else SNOWFLAKE_ROLE) the schema: USAGE, CREATE TABLE, CREATE VIEW.',
      error,
    );
  }
  if (!error.code.startsWith('Source')) return error;
  const remedy = 'Create database and schema, or correct their names in the sink; see what Snowflake says.';
  return sinkRefused(where, said, remedy, error);
}
