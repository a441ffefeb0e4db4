import { type Readable } from 'node:stream';
import snowflake, { type Bind, type Connection, type RowStatement } from 'snowflake-sdk';
import { RowsFile } from '../rows-file.js';
import { type SourceContext } from '../sales-source.js';
import { snowflakeSettings } from './connection-settings.js';

const defaultStatementSeconds = 3600;
const rowsBetweenReports = 10_000;

// The driver would write a log file into whatever folder the worker was started in.
snowflake.configure({ logLevel: 'OFF', additionalLogToConsole: false });

export interface StatementRead {
  readonly rows: number;
  readonly bytes: number;
  /** SHA-256 of the file, lower-case hex. */
  readonly sha256: string;
  readonly queryId: string;
}

/** One connection to Snowflake, whose statements end with the signal's reason once it is aborted. */
export interface SnowflakeSession {
  /** Names and types of a statement's columns. */
  describe(sql: string, binds: Bind[]): Promise<{ readonly name: string; readonly type: string }[]>;
  /** Streams a statement's rows into a new file, numbers as the text that the server writes. */
  read(sql: string, binds: Bind[], path: string): Promise<StatementRead>;
  /** Runs a statement whose answer is of no interest but for the number of rows that it changed, where there is one. */
  change(sql: string, binds?: Bind[]): Promise<number>;
  /** All rows of a small result. */
  rows(sql: string, binds?: Bind[]): Promise<(string | number | null)[][]>;
}

/** Gives `work` a connection, and closes it. */
export async function withSnowflake<T>(
  statementTimeoutSeconds: number | undefined,
  { env, signal, onProgress }: Pick<SourceContext, 'env' | 'signal' | 'onProgress'>,
  work: (session: SnowflakeSession) => Promise<T>,
): Promise<T> {
  const connection = snowflake.createConnection(await snowflakeSettings(env));
  const seconds = statementTimeoutSeconds ?? defaultStatementSeconds;
  let running: RowStatement | undefined;
  // The server would work on for nobody.
  const cancel = (): void => running?.cancel(() => undefined);
  const run = async (sqlText: string, binds: Bind[]): Promise<RowStatement> => {
    // A statement that runs while its session is closed fails where nobody can catch it.
    signal.throwIfAborted();
    const execution = execute(connection, sqlText, binds, seconds, (statement) => (running = statement));
    return await abortable(execution, signal).finally(() => {
      if (!signal.aborted) running = undefined;
    });
  };
  const connected = connect(connection);
  try {
    await abortable(connected, signal);
    signal.addEventListener('abort', cancel, { once: true });
    return await work({
      async describe(sql, binds) {
        const statement = await run(sql, binds);
        return (statement.getColumns() ?? []).map((column) => ({
          name: column.getName(),
          type: column.getType(),
        }));
      },
      async read(sql, binds, path) {
        onProgress({ phase: 'rows read', done: 0 });
        const statement = await run(sql, binds);
        const file = await RowsFile.create(path);
        try {
          await writeRows(statement, file, { signal, onProgress });
          const sha256 = await file.finish();
          const rows = statement.getNumRows();
          return { rows, bytes: file.bytes, sha256, queryId: statement.getQueryId() };
        } finally {
          await file.close();
        }
      },
      async change(sql, binds = []) {
        return (await run(sql, binds)).getNumUpdatedRows() ?? 0;
      },
      async rows(sql, binds = []) {
        const stream = (await run(sql, binds)).streamRows() as Readable;
        const rows: (string | number | null)[][] = [];
        for await (const row of stream as AsyncIterable<(string | number | null)[]>) rows.push(row);
        return rows;
      },
    });
  } finally {
    signal.removeEventListener('abort', cancel);
    // A login that an abort did not wait for ends all the same, and its session with it.
    void connected.then(
      () => connection.destroy(() => undefined),
      () => undefined,
    );
  }
}

async function writeRows(
  statement: RowStatement,
  file: RowsFile,
  { signal, onProgress }: Pick<SourceContext, 'signal' | 'onProgress'>,
): Promise<void> {
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
  onBegun: (statement: RowStatement) => void,
): Promise<RowStatement> {
  return new Promise((resolve, reject) => {
    const begun = connection.execute({
      sqlText,
      binds,
      parameters: { STATEMENT_TIMEOUT_IN_SECONDS: seconds },
      streamResult: true,
      rowMode: 'array',
      fetchAsString: ['Number'],
      complete: (error, statement) => (error ? reject(error) : resolve(statement as RowStatement)),
    });
    onBegun(begun as RowStatement);
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
