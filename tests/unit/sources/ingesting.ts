import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AsOfMonth } from '../../../shared/contracts/as-of-month.js';
import { type Source } from '../../../shared/contracts/source.js';
import { type DuckDb, type SqlRow } from '../../../shared/duckdb/duckdb.js';
import { quoteLiteral } from '../../../shared/duckdb/quote.js';
import { withDuckDb } from '../../../shared/duckdb/with-duckdb.js';
import { SegmentsError } from '../../../shared/errors.js';
import { type IngestedSales, ingestSales } from '../../../shared/sources/ingest-sales.js';

/** Runs `work` in an empty folder that is gone afterwards. */
export async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'segments-test-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export async function inDuckDb<T>(
  work: (db: DuckDb, folder: string) => Promise<T>,
  options: { threads?: number; signal?: AbortSignal } = {},
): Promise<T> {
  return await inFolder((scratch) =>
    withDuckDb(
      { memoryLimit: '500MB', threads: options.threads ?? 2, scratch },
      (db) => work(db, scratch),
      options.signal,
    ),
  );
}

export interface IngestTrial extends IngestedSales {
  readonly sales: SqlRow[];
  readonly salesBytes: Buffer;
  /** Lines of rejected.csv without its header. */
  readonly rejected: string[];
}

export interface TrialOptions {
  readonly asOf?: AsOfMonth | undefined;
  readonly maxRejectedShare?: number;
  readonly threads?: number;
  readonly retailers?: readonly string[];
}

export async function ingestSource(source: Source, options: TrialOptions = {}): Promise<IngestTrial> {
  return await inDuckDb(
    async (db, folder) => {
      const scratch = join(folder, 'results');
      await mkdir(scratch);
      const ingested = await ingestSales({
        db,
        source,
        asOf: 'asOf' in options ? options.asOf : '2023-12',
        config: { maxRejectedShare: options.maxRejectedShare ?? 1 },
        scratch,
        ...(options.retailers === undefined ? {} : { retailers: options.retailers }),
        onProgress: () => undefined,
        signal: new AbortController().signal,
      });
      const rejected = await readFile(ingested.rejectedPath, 'utf8');
      return {
        ...ingested,
        sales: await db.rows(`SELECT * FROM read_parquet(${quoteLiteral(ingested.salesPath)})`),
        salesBytes: await readFile(ingested.salesPath),
        rejected: rejected.split('\n').slice(1, -1),
      };
    },
    { threads: options.threads ?? 2 },
  );
}

/** Ingests a CSV of these bytes, under a name that is of no help. */
export async function ingestCsv(
  bytes: string | Uint8Array,
  options: TrialOptions & { columns?: Record<string, string> } = {},
): Promise<IngestTrial> {
  return await inFolder(async (folder) => {
    const path = join(folder, "it's [a] file");
    await writeFile(path, bytes);
    return await ingestSource({ kind: 'csv', path, columns: options.columns }, options);
  });
}

export const header = 'shop_id,product_id,year,month,sales_qty\n';

/** The error that `work` ends with; fails where it does not end with one of this product's. */
export async function errorOf(work: Promise<unknown>): Promise<SegmentsError> {
  try {
    await work;
  } catch (error) {
    if (error instanceof SegmentsError) return error;
    throw error;
  }
  throw new Error('expected an error');
}
