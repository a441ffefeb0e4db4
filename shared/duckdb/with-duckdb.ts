import { DuckDBInstance } from '@duckdb/node-api';
import { DuckDb } from './duckdb.js';

export interface DuckDbOptions {
  /** Beyond this DuckDB writes to `scratch`: `1GB`, `800MB`. */
  readonly memoryLimit: string;
  readonly threads: number;
  /** Folder for what does not fit into memory. */
  readonly scratch: string;
}

/** An interrupt that arrives between two statements is lost, so it is repeated until the work has ended. */
const interruptEveryMilliseconds = 50;
/** DuckDB's own default is 128 MB a thread. */
const flushBytes = '16MB';

/**
 * Gives `work` an in-memory DuckDB of its own, and closes it. Rows keep the order of files and tables. An abort
 * interrupts the statement that runs, and `work` ends with the signal's reason.
 */
export async function withDuckDb<T>(
  options: DuckDbOptions,
  work: (db: DuckDb) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  signal?.throwIfAborted();
  const instance = await DuckDBInstance.create(':memory:', {
    memory_limit: options.memoryLimit,
    threads: String(options.threads),
    temp_directory: options.scratch,
    // Nothing may be fetched from outside, or found in a home directory, in the middle of a run.
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    // What DuckDB has freed goes back to the system at once: it would otherwise stay with its allocator, beyond the limit.
    allocator_background_threads: 'true',
    allocator_flush_threshold: flushBytes,
    allocator_bulk_deallocation_flush_threshold: flushBytes,
  });
  const connection = await instance.connect();
  let interrupting: NodeJS.Timeout | undefined;
  const interrupt = (): void => {
    connection.interrupt();
    interrupting ??= setInterval(() => connection.interrupt(), interruptEveryMilliseconds);
  };
  signal?.addEventListener('abort', interrupt, { once: true });
  try {
    return await work(new DuckDb(connection, options.threads, signal));
  } finally {
    signal?.removeEventListener('abort', interrupt);
    clearInterval(interrupting);
    connection.closeSync();
    instance.closeSync();
  }
}
