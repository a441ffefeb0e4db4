import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type AsOfMonth, monthIndex, monthOfIndex } from '../contracts/as-of-month.js';
import { type Config } from '../contracts/config.js';
import { type Source } from '../contracts/source.js';
import { type IngestCounts, type SourceFingerprint } from '../contracts/stage-activities.js';
import { type DuckDb } from '../duckdb/duckdb.js';
import { isDuckDbReadError } from '../duckdb/duckdb-error.js';
import { type SegmentsError } from '../errors.js';
import { type OnProgress } from '../progress.js';
import { checkCounts } from './check-counts.js';
import { judgeRows } from './judge-rows.js';
import { nameOfSource, stageSource } from './open-source.js';
import { type Environment } from './sales-source.js';
import { unreadable } from './source-file.js';
import { writeRejected } from './write-rejected.js';
import { writeSales } from './write-sales.js';

export interface IngestOptions {
  readonly db: DuckDb;
  readonly source: Source;
  /** Last month that may be seen; without it, the last month that the source holds. */
  readonly asOf: AsOfMonth | undefined;
  readonly config: Config['ingest'];
  /** Folder for the results and for what is only needed meanwhile; the caller removes it. */
  readonly scratch: string;
  /** Only these retailers; rows of others are not judged. */
  readonly retailers?: readonly string[];
  readonly onProgress: OnProgress;
  readonly signal: AbortSignal;
  /** Credentials and settings of connections; files of this machine need none. */
  readonly env?: Environment;
}

export interface IngestedSales {
  readonly asOf: AsOfMonth;
  /** `shop_id, product_id, year, month, sales_qty[, sales_value]`, sorted by shop, year, month, product. */
  readonly salesPath: string;
  readonly salesRows: number;
  /** `line, reason, row`, sorted by line. */
  readonly rejectedPath: string;
  readonly counts: IngestCounts & {
    /** Rows of retailers that were not asked for. */
    readonly otherRetailers: number;
    /** Rows used that lie in the as-of month; 0 means that the source ends before it. */
    readonly asOfMonthRows: number;
  };
  readonly fingerprint: SourceFingerprint;
}

/**
 * Brings a source's rows into `sales.parquet`: what cannot be used goes to `rejected.csv` with line and reason, what
 * is later than the as-of month is not seen, rows of equal shop, product and month are summed (in fixed point with
 * nine decimals, so that their order cannot matter). A row of quantity 0 is kept; months of quantity 0 are not active.
 * The same rows give the same bytes in any order and on any number of threads.
 *
 * Throws what the source throws, and TooManyRejectedRows, NoSales.
 */
export async function ingestSales(options: IngestOptions): Promise<IngestedSales> {
  const { db, source, config, scratch, onProgress, signal } = options;
  const work = join(scratch, 'ingest');
  const where = nameOfSource(source);
  await mkdir(work, { recursive: true });
  try {
    const staged = await stageSource(source, {
      db,
      scratch: work,
      onProgress,
      signal,
      asOf: options.asOf,
      env: options.env ?? {},
    });
    onProgress({ phase: 'rows judged', done: 0 });
    const judged = await judgeRows(db, staged, join(work, 'judged.parquet'), options.retailers).catch(
      (error: unknown) => {
        throw source.kind === 'parquet' && isDuckDbReadError(error) ? damaged(where, error) : error;
      },
    );
    const lastSeen = options.asOf === undefined ? judged.lastPeriod : monthIndex(options.asOf);
    const counted = await judged.count(lastSeen);
    const rejectedPath = join(scratch, 'rejected.csv');
    await writeRejected(db, judged, lastSeen, rejectedPath);
    checkCounts(counted, judged, options.asOf, config, where);
    onProgress({ phase: 'rows sorted', done: 0, total: counted.used });
    const salesPath = join(scratch, 'sales.parquet');
    const salesRows = await writeSales(db, judged, lastSeen, salesPath);
    onProgress({ phase: 'rows sorted', done: counted.used, total: counted.used });
    return {
      asOf: monthOfIndex(lastSeen),
      salesPath,
      salesRows,
      rejectedPath,
      counts: {
        ...counted,
        duplicatesSummed: counted.used - salesRows,
        firstMonth: monthOfIndex(judged.firstPeriod),
        lastMonth: monthOfIndex(judged.lastPeriod),
      },
      fingerprint: { ...staged.fingerprint, rows: counted.read },
    };
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
}

/** The pages of a Parquet file are first looked at when its rows are read: damage there shows no earlier. */
function damaged(path: string, error: Error): SegmentsError {
  const message = `DuckDB cannot read its rows: ${error.message.split('\n')[0]}`;
  return unreadable(
    path,
    message,
    'Write the file again: it is damaged, and trying again would not help.',
    error,
  );
}
