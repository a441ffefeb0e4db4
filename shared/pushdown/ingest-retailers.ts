import { join } from 'node:path';
import { digestFile } from '../artifacts/file-digest.js';
import { type AsOfMonth, monthIndex, monthOfIndex } from '../contracts/as-of-month.js';
import { type Config } from '../contracts/config.js';
import {
  type IngestCounts,
  type LeftWarehouse,
  type SourceFingerprint,
} from '../contracts/stage-activities.js';
import { type DuckDb } from '../duckdb/duckdb.js';
import { quoteLiteral } from '../duckdb/quote.js';
import { monthColumnNames } from '../features/months-sql.js';
import { checkCounts } from '../sources/check-counts.js';
import { nameOfSource } from '../sources/open-source.js';
import { type MonthVolume, monthVolume } from '../stability/month-volume.js';
import { parquetOptions } from '../tabular/parquet.js';
import { askWarehouse, type PushedDownSource } from './open-warehouse.js';
import { readAnswer } from './read-answer.js';
import { countColumns, measureColumns } from './retailers-table.js';
import { type WarehouseContext } from './warehouse.js';

export interface IngestRetailersOptions extends Omit<WarehouseContext, 'path'> {
  readonly db: DuckDb;
  readonly source: PushedDownSource;
  readonly asOf: AsOfMonth;
  readonly config: Pick<Config, 'ingest' | 'features'>;
  /** Folder for the results and for what is only needed meanwhile; the caller removes it. */
  readonly scratch: string;
  /** Only these retailers; rows of others are not judged. */
  readonly retailers: readonly string[] | undefined;
}

export interface IngestedRetailers {
  /** `shop_id`, the columns of retailers-table.ts and months (months-sql.ts), sorted by shop_id. */
  readonly retailersPath: string;
  readonly retailers: number;
  /** `line, reason, row` of a bounded number of refused rows of each reason; `line` numbers them. */
  readonly rejectedPath: string;
  readonly counts: IngestCounts;
  readonly month: MonthVolume | null;
  readonly fingerprint: SourceFingerprint;
  readonly leftWarehouse: LeftWarehouse;
}

/**
 * Has a warehouse judge its sales, count them and compute both feature sets, with the same words and figures as `ingestSales`,
 * `judgeEligibility` and `computeFeatures`; brings a row a retailer here. Throws what `ingestSales` throws.
 */
export async function ingestRetailers(options: IngestRetailersOptions): Promise<IngestedRetailers> {
  const { db, source, asOf, config, scratch, retailers } = options;
  const where = nameOfSource(source);
  const path = join(scratch, 'answer.csv');
  const question = { asOf, windowMonths: config.features.windowMonths, retailers };
  const answer = await askWarehouse(source, question, { ...options, path });
  const last = monthIndex(asOf);
  const { counts, firstPeriod, lastPeriod, salesOfPeriod } = await readAnswer(
    db,
    path,
    answer.rows,
    question.windowMonths,
    last,
    where,
  );
  checkCounts(counts, { firstPeriod, lastPeriod }, asOf, config.ingest, where);

  const retailersPath = join(scratch, 'retailers.parquet');
  const rejectedPath = join(scratch, 'rejected.csv');
  await db.onOneThread(() =>
    db.run(`COPY (
      SELECT name AS shop_id, ${[...countColumns, ...measureColumns, ...monthColumnNames(question.windowMonths)].join(', ')}
      FROM answer WHERE kind = 'retailer' ORDER BY shop_id
    ) TO ${quoteLiteral(retailersPath)} (${parquetOptions})`),
  );
  await db.run(`COPY (
    SELECT row_number() OVER (ORDER BY name, amount) AS line, name AS reason, detail AS row
    FROM answer WHERE kind = 'refused' ORDER BY line
  ) TO ${quoteLiteral(rejectedPath)} (FORMAT csv, HEADER true)`);
  const found = await db.row(`SELECT count(*) FILTER (kind = 'retailer') AS retailers,
    count(*) FILTER (kind = 'refused') AS refused FROM answer`);
  await db.run('DROP TABLE answer');

  const sales = [...salesOfPeriod.values()].reduce((sum, rows) => sum + rows, 0);
  const volumes = new Map([...salesOfPeriod].map(([period, rows]) => [monthOfIndex(period), rows]));
  const { sha256 } = await digestFile(retailersPath, options.signal);
  return {
    retailersPath,
    retailers: Number(found['retailers']),
    rejectedPath,
    counts: {
      read: counts.read,
      used: counts.used,
      rejected: counts.rejected,
      rejectedByReason: counts.rejectedByReason,
      duplicatesSummed: counts.used - sales,
      afterAsOf: counts.afterAsOf,
      firstMonth: monthOfIndex(firstPeriod),
      lastMonth: monthOfIndex(lastPeriod),
    },
    month: monthVolume(volumes, asOf),
    // Rows come in no order: what they amount to is the same for the same data.
    fingerprint: {
      kind: source.kind,
      sha256,
      bytes: answer.bytes,
      rows: counts.read,
      version: answer.version,
    },
    leftWarehouse: { rows: answer.rows, bytes: answer.bytes, rejectedKept: Number(found['refused']) },
  };
}
