import {
  type DuckDBAppender,
  type DuckDBConnection,
  type DuckDBDataChunk,
  type DuckDBResult,
  type DuckDBValue,
} from '@duckdb/node-api';

export type SqlRow = Record<string, DuckDBValue>;

/** One connection to an in-memory DuckDB. Every call ends with the signal's reason once the signal is aborted. */
export class DuckDb {
  constructor(
    private readonly connection: DuckDBConnection,
    private readonly threads: number,
    private readonly signal: AbortSignal | undefined,
  ) {}

  /** Runs `sql`; values are bound as `$1`, `$2`, …, never put into the text. */
  async run(sql: string, values: DuckDBValue[] = []): Promise<void> {
    await this.guarded(() => this.connection.run(sql, values));
  }

  /** All rows of a small result. */
  async rows(sql: string, values: DuckDBValue[] = []): Promise<SqlRow[]> {
    return await this.guarded(async () => (await this.connection.runAndReadAll(sql, values)).getRowObjects());
  }

  /** The only row of a result. */
  async row(sql: string, values: DuckDBValue[] = []): Promise<SqlRow> {
    const [row] = await this.rows(sql, values);
    if (row === undefined) throw new RangeError(`no row from: ${sql}`);
    return row;
  }

  /** Names of the result's columns and, one after the other, its chunks of up to 2,048 rows. */
  async chunks(
    sql: string,
    onStart: (result: DuckDBResult) => void,
    onChunk: (chunk: DuckDBDataChunk) => void,
  ): Promise<void> {
    await this.guarded(async () => {
      const result = await this.connection.stream(sql);
      onStart(result);
      for (;;) {
        this.signal?.throwIfAborted();
        const chunk = await result.fetchChunk();
        if (chunk === null || chunk.rowCount === 0) return;
        onChunk(chunk);
      }
    });
  }

  /** Appends to `table` through DuckDB's bulk interface. */
  async append(table: string, work: (appender: DuckDBAppender) => void): Promise<void> {
    await this.guarded(async () => {
      const appender = await this.connection.createAppender(table);
      work(appender);
      appender.closeSync();
    });
  }

  /**
   * Runs `work` on one thread: for what DuckDB promises an order for on one thread only, as the row groups of a
   * Parquet file.
   */
  async onOneThread<T>(work: () => Promise<T>): Promise<T> {
    await this.run('SET threads = 1');
    try {
      return await work();
    } finally {
      if (this.signal?.aborted !== true) await this.run(`SET threads = ${this.threads}`);
    }
  }

  private async guarded<T>(work: () => Promise<T>): Promise<T> {
    this.signal?.throwIfAborted();
    try {
      return await work();
    } catch (error) {
      this.signal?.throwIfAborted();
      throw error;
    }
  }
}
