import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { type IngestCounts, type LeftWarehouse } from '../../../shared/contracts/stage-activities.js';
import { type DuckDb } from '../../../shared/duckdb/duckdb.js';
import { withDuckDb } from '../../../shared/duckdb/with-duckdb.js';
import { judgeEligibility } from '../../../shared/eligibility/judge-eligibility.js';
import { SegmentsError } from '../../../shared/errors.js';
import { computeFeatures } from '../../../shared/features/compute-features.js';
import { ingestRetailers } from '../../../shared/pushdown/ingest-retailers.js';
import { type PushedDownSource } from '../../../shared/pushdown/open-warehouse.js';
import { selectFeatures } from '../../../shared/pushdown/select-features.js';
import { type OnProgress } from '../../../shared/progress.js';
import { ingestSales } from '../../../shared/sources/ingest-sales.js';
import { doubles, type Table, texts } from '../../../shared/tabular/column.js';
import { readColumns } from '../../../shared/tabular/parquet.js';
import { tempFolder } from '../../support/temp-folder.js';
import { type Placed } from '../../integration/sources/source-contract.js';

export const asOf = '2023-12';

export interface Computed {
  readonly counts: IngestCounts;
  readonly rejected: string;
  readonly eligibility: Buffer;
  readonly features: Table;
  readonly featureBytes: Buffer;
  readonly leftWarehouse?: LeftWarehouse;
}

export interface Settings {
  readonly retailers?: readonly string[];
  readonly windowMonths?: number;
  readonly maxRejectedShare?: number;
  readonly onProgress?: OnProgress;
  readonly stop?: AbortController;
  /** As of when an earlier attempt read. */
  readonly snapshot?: string;
  readonly keepSnapshot?: (snapshot: string) => void;
}

/** Eligibility passes everybody who ever sold: every retailer's features are compared. */
const everybody = { minActiveMonths: 1, minTenureMonths: 1, minActiveMonthsPerYear: 0 };

async function inDuckDb(
  work: (
    db: DuckDb,
    local: (name: string) => string,
  ) => Promise<Pick<Computed, 'counts' | 'leftWarehouse'> & { rejectedPath: string }>,
): Promise<Computed> {
  const folder = await tempFolder();
  const local = (name: string): string => path.join(folder, name);
  return await withDuckDb({ memoryLimit: '500MB', threads: 2, scratch: folder }, async (db) => {
    const { counts, rejectedPath, leftWarehouse } = await work(db, local);
    return {
      ...(leftWarehouse && { leftWarehouse }),
      counts,
      rejected: await readFile(rejectedPath, 'utf8'),
      eligibility: await readFile(local('eligibility.parquet')),
      features: await readColumns(db, local('features.parquet')),
      featureBytes: await readFile(local('features.parquet')),
    };
  });
}

/** Has the warehouse compute, as the stages do. */
export async function inWarehouse({ source, env }: Placed, settings: Settings = {}): Promise<Computed> {
  const { retailers, windowMonths = 36, maxRejectedShare = 1, snapshot } = settings;
  return await inDuckDb(async (db, local) => {
    const ingested = await ingestRetailers({
      db,
      source: { ...source, pushdown: true } as PushedDownSource,
      asOf,
      config: { ingest: { maxRejectedShare }, features: { windowMonths } } as never,
      scratch: local('.'),
      retailers,
      onProgress: settings.onProgress ?? (() => undefined),
      signal: (settings.stop ?? new AbortController()).signal,
      env,
      snapshot,
      keepSnapshot: settings.keepSnapshot ?? (() => undefined),
    });
    const { retailersPath } = ingested;
    const outputPath = local('eligibility.parquet');
    await judgeEligibility({
      db,
      retailersPath,
      asOf,
      config: everybody,
      outputPath,
      nobodyIsAnError: false,
    });
    await selectFeatures({
      db,
      retailersPath,
      eligibilityPath: outputPath,
      outputPath: local('features.parquet'),
    });
    return ingested;
  });
}

/** What the warehouse's answer, or the want of one, is refused with. */
export async function refusalInWarehouse(placed: Placed, settings: Settings = {}): Promise<SegmentsError> {
  const error = await inWarehouse(placed, settings).catch((thrown: unknown) => thrown);
  if (error instanceof SegmentsError) return error;
  throw new Error('expected an error of this product', { cause: error });
}

/** Brings every row here, and computes with DuckDB, as the stages do. */
export async function rowByRow({ source, env }: Placed, settings: Settings = {}): Promise<Computed> {
  const { retailers, windowMonths = 36, maxRejectedShare = 1 } = settings;
  return await inDuckDb(async (db, local) => {
    const ingested = await ingestSales({
      db,
      source,
      asOf,
      config: { maxRejectedShare },
      scratch: local('.'),
      ...(retailers === undefined ? {} : { retailers }),
      onProgress: () => undefined,
      signal: new AbortController().signal,
      env,
    });
    const { salesPath, rejectedPath } = ingested;
    const outputPath = local('eligibility.parquet');
    await judgeEligibility({ db, salesPath, asOf, config: everybody, outputPath, nobodyIsAnError: false });
    await computeFeatures({
      db,
      salesPath,
      eligibilityPath: outputPath,
      asOf,
      config: { windowMonths },
      outputPath: local('features.parquet'),
    });
    return { counts: ingested.counts, rejectedPath };
  });
}

/** The largest difference of any feature of any retailer, absolute up to 1 and relative beyond; Infinity where only one has it. */
export function largestDifference(a: Table, b: Table): number {
  if (texts(a, 'shop_id').join('\n') !== texts(b, 'shop_id').join('\n')) return Infinity;
  let largest = 0;
  for (const { name } of a.columns) {
    if (name === 'shop_id') continue;
    const [left, right] = [doubles(a, name), doubles(b, name)];
    left.forEach((x, i) => {
      const y = right[i]!;
      if (Number.isNaN(x) && Number.isNaN(y)) return;
      const difference = Math.abs(x - y) / Math.max(1, Math.abs(x));
      largest = Math.max(largest, Number.isNaN(difference) ? Infinity : difference);
    });
  }
  return largest;
}
