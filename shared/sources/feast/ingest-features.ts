import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type AsOfMonth, addMonths, monthIndex, monthOfIndex } from '../../contracts/as-of-month.js';
import { type Config } from '../../contracts/config.js';
import { type Source } from '../../contracts/source.js';
import { type IngestCounts, type SourceFingerprint } from '../../contracts/stage-activities.js';
import { type DuckDb } from '../../duckdb/duckdb.js';
import { isDuckDbReadError } from '../../duckdb/duckdb-error.js';
import { quoteLiteral } from '../../duckdb/quote.js';
import { type OnProgress } from '../../progress.js';
import { countColumns, measureColumns } from '../../pushdown/retailers-table.js';
import { duckDbDialect } from '../../sql/duckdb-dialect.js';
import { parquetOptions } from '../../tabular/parquet.js';
import { checkCounts } from '../check-counts.js';
import { linkTo } from '../files/link-to.js';
import { sourceFiles } from '../files/source-files.js';
import { fingerprintOf, pathList } from '../files/unite-files.js';
import { rowTextSql } from '../row-text.js';
import { type Environment } from '../sales-source.js';
import { hashFile, inspectFile, unreadable } from '../source-file.js';
import { findOfflineColumns, type OfflineColumns } from './offline-columns.js';

export interface IngestFeaturesOptions {
  readonly db: DuckDb;
  readonly source: Extract<Source, { kind: 'feast' }>;
  readonly asOf: AsOfMonth;
  readonly config: Config['ingest'];
  /** Folder for the results and for what is only needed meanwhile; the caller removes it. */
  readonly scratch: string;
  /** Only these retailers. */
  readonly retailers: readonly string[] | undefined;
  readonly onProgress: OnProgress;
  readonly signal: AbortSignal;
  readonly env: Environment;
}

export interface IngestedFeatures {
  /** `shop_id` and the columns of pushdown/retailers-table.ts, sorted by shop_id; recent quantities are missing. */
  readonly retailersPath: string;
  readonly retailers: number;
  /** `shop_id, reason` of retailers whose row cannot be used, sorted. */
  readonly rejectedPath: string;
  readonly counts: IngestCounts;
  readonly fingerprint: SourceFingerprint;
}

const day = 86_400_000_000;

/**
 * Features in place of sales, out of the Parquet files of Feast's offline store: of each retailer the row that Feast's
 * point-in-time join finds at the end of the as-of month, that is the latest one until then, and of two of one time the one
 * that was created later. A row whose months or features cannot be used is refused; a feature that has no value is missing,
 * as it is where it is computed here.
 * Throws what `sourceFiles` throws, and MissingColumn, SourceUnreadable, TooManyRejectedRows, NoSales.
 */
export async function ingestFeatures(options: IngestFeaturesOptions): Promise<IngestedFeatures> {
  const { db, source, asOf, config, scratch, retailers, signal } = options;
  const work = join(scratch, 'ingest');
  await mkdir(work);
  const { files, single } = await sourceFiles(
    { kind: 'parquet', path: source.path },
    { ...options, scratch: work, asOf },
  );
  const readable = [];
  for (const [index, file] of files.entries()) {
    const { bytes } = await inspectFile(file.path, file.where);
    const path = await linkTo(file, join(work, `parquet-${index}`));
    readable.push({ file, path, sha256: await hashFile(file.path, signal), bytes });
  }
  const relation = `read_parquet(${pathList(readable)}, union_by_name = true, hive_partitioning = false)`;
  const end = Date.parse(`${addMonths(asOf, 1)}-01T00:00:00Z`) * 1000;
  await explained(source.path, async () => {
    const described = await db.rows(`DESCRIBE SELECT * FROM ${relation}`);
    const columns = findOfflineColumns(
      described.map((row) => ({ name: String(row['column_name']), type: String(row['column_type']) })),
      source,
    );
    await db.run(
      `CREATE OR REPLACE TABLE offline AS ${judgedSql(relation, columns, { end, last: monthIndex(asOf), ttlDays: source.ttlDays })}`,
    );
  });
  if (retailers !== undefined) {
    const asked = retailers.map(quoteLiteral).join(', ');
    await db.run(
      `DELETE FROM offline WHERE shop_id IS NULL OR shop_id NOT IN (${asked === '' ? "''" : asked})`,
    );
  }
  const { read } = await db.row(`SELECT count(*) AS read FROM ${relation}`);
  const counted = await db.row(`SELECT count(*) FILTER (verdict = 'used') AS used,
      count(*) FILTER (verdict = 'later') AS later, min(first_period) FILTER (verdict = 'used') AS first,
      max(last_period) FILTER (verdict = 'used') AS last
    FROM offline`);
  const reasons = await db.rows(`SELECT reason, count(*) AS count FROM offline WHERE verdict = 'refused'
    GROUP BY reason ORDER BY count DESC, reason`);
  const rejectedByReason = Object.fromEntries(
    reasons.map((row) => [String(row['reason']), Number(row['count'])]),
  );
  const counts = {
    read: Number(read),
    used: Number(counted['used']),
    rejected: Object.values(rejectedByReason).reduce((sum, n) => sum + n, 0),
    rejectedByReason,
    afterAsOf: Number(counted['later']),
    otherRetailers: 0,
    asOfMonthRows: 0,
  };
  const period = (value: unknown): number => (value === null ? NaN : Number(value));
  const span = { firstPeriod: period(counted['first']), lastPeriod: period(counted['last']) };
  checkCounts(counts, span, asOf, config, source.path);
  const [retailersPath, rejectedPath] = [join(scratch, 'retailers.parquet'), join(scratch, 'rejected.csv')];
  await db.onOneThread(() =>
    db.run(`COPY (SELECT shop_id, ${[...countColumns, ...measureColumns].join(', ')} FROM offline
      WHERE verdict = 'used' ORDER BY shop_id) TO ${quoteLiteral(retailersPath)} (${parquetOptions})`),
  );
  await db.run(`COPY (SELECT row_number() OVER (ORDER BY reason, row_text) AS line, reason, row_text AS row FROM offline
    WHERE verdict = 'refused' ORDER BY line) TO ${quoteLiteral(rejectedPath)} (FORMAT csv, HEADER true)`);
  await db.run('DROP TABLE offline');
  const { read: rows, used, rejected, afterAsOf } = counts;
  return {
    retailersPath,
    retailers: used,
    rejectedPath,
    counts: {
      ...{ read: rows, used, rejected, rejectedByReason, duplicatesSummed: 0, afterAsOf },
      // Retailers that never sold have no months.
      firstMonth: Number.isNaN(span.firstPeriod) ? asOf : monthOfIndex(span.firstPeriod),
      lastMonth: Number.isNaN(span.lastPeriod) ? asOf : monthOfIndex(span.lastPeriod),
    },
    fingerprint: { ...fingerprintOf('feast', readable, single), rows },
  };
}

/**
 * Every distinct row with a verdict: `used`, `later` than the as-of month, `superseded` by a later row of its retailer, or
 * `refused` with a reason.
 */
function judgedSql(
  relation: string,
  columns: OfflineColumns,
  {
    end,
    last,
    ttlDays,
  }: { readonly end: number; readonly last: number; readonly ttlDays: number | undefined },
): string {
  const features = [...columns.features].map(([name, sql]) => `${sql} AS ${name}`);
  const isMonth = (name: string): string => `regexp_full_match(${name}, '[0-9]{4}-(0[1-9]|1[0-2])')`;
  const index = (name: string): string =>
    `CASE WHEN ${isMonth(name)} THEN left(${name}, 4)::BIGINT * 12 + right(${name}, 2)::BIGINT - 1 END`;
  const names = [...columns.features.keys()];
  const quantities = measureColumns.filter((name) => !columns.features.has(name));
  const reasons: (readonly [condition: string, reason: string])[] = [
    [`shop_id IS NULL OR trim(shop_id) = ''`, 'shop_id is missing'],
    [`regexp_matches(shop_id, '[\\x00-\\x1f]')`, 'shop_id holds a control character'],
    ['moment IS NULL', 'the time is missing'],
    ['alike > 1', 'another row of this retailer has the same time'],
    ...(ttlDays === undefined
      ? []
      : [[`moment < ${end - ttlDays * day}`, `the row is older than ${ttlDays} days`] as const]),
    ['active_months IS NULL OR active_months < 0', 'active_months is not a number of months'],
    [`NOT ${isMonth('first_month')}`, 'first_month is not YYYY-MM'],
    [`NOT ${isMonth('last_month')}`, 'last_month is not YYYY-MM'],
    [
      'active_months > 0 AND (first_month IS NULL OR last_month IS NULL)',
      'first_month or last_month is missing',
    ],
    [`last_period > ${last}`, 'last_month is after the as-of month'],
    ['first_period > last_period', 'first_month is after last_month'],
    ...names.map((name) => [`isnan(${name}) OR isinf(${name})`, `${name} is not finite`] as const),
    [`coalesce(${names.join(', ')}) IS NULL AND active_months > 0`, 'no feature has a value'],
  ];
  return `
    WITH given AS (
      SELECT DISTINCT ${columns.shopId} AS shop_id, ${columns.time} AS moment, ${columns.created} AS created,
        ${columns.firstMonth} AS first_month, ${columns.lastMonth} AS last_month,
        ${columns.activeMonths}::BIGINT AS active_months, ${features.join(', ')}
      FROM ${relation}
    ), placed AS (
      SELECT *, ${index('first_month')} AS first_period, ${index('last_month')} AS last_period,
        coalesce(moment > ${end}, false) AS later,
        -- Rows of nobody and of no time stand for themselves.
        CASE WHEN moment > ${end} OR shop_id IS NULL OR moment IS NULL THEN 1
          ELSE row_number() OVER (PARTITION BY shop_id, moment > ${end} ORDER BY moment DESC NULLS LAST, created DESC NULLS LAST) END AS place,
        count(*) OVER (PARTITION BY shop_id, moment, created) AS alike
      FROM given
    ), reasoned AS (
      SELECT *, CASE ${reasons.map(([condition, reason]) => `WHEN ${condition} THEN '${reason}'`).join('\n')} END AS found
      FROM placed
    )
    SELECT shop_id, first_period, last_period, active_months, ${names.join(', ')},
      ${quantities.map((name) => `NULL::DOUBLE AS ${name}`).join(', ')},
      CASE WHEN later THEN 'later' WHEN place > 1 THEN 'superseded' WHEN found IS NOT NULL THEN 'refused' ELSE 'used' END AS verdict,
      found AS reason, ${rowTextSql(['shop_id', 'first_month', 'last_month', 'active_months::VARCHAR'], duckDbDialect)} AS row_text
    FROM reasoned`;
}

/** DuckDB names the copy that it read; people know the source. */
async function explained(where: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!isDuckDbReadError(error)) throw error;
    const message = `DuckDB cannot read it: ${error.message.split('\n')[0]}`;
    throw unreadable(
      where,
      message,
      'Give the Parquet files of a feature view, all with its columns.',
      error,
    );
  }
}
