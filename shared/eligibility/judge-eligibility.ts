import { type AsOfMonth, monthIndex } from '../contracts/as-of-month.js';
import { type Config } from '../contracts/config.js';
import { type DuckDb } from '../duckdb/duckdb.js';
import { quoteLiteral } from '../duckdb/quote.js';
import { SegmentsError } from '../errors.js';
import { salesRelation } from '../sources/sales-relation.js';
import { parquetOptions } from '../tabular/parquet.js';
import { activitySql } from './activity-sql.js';

/** Either `sales.parquet`, or `retailers.parquet` where a warehouse counted. */
export type EligibilityOptions = JudgementOptions &
  ({ readonly salesPath: string } | { readonly retailersPath: string });

interface JudgementOptions {
  readonly db: DuckDb;
  readonly asOf: AsOfMonth;
  readonly config: Config['eligibility'];
  readonly outputPath: string;
  /** False where an empty answer is an answer, as in re-scoring. */
  readonly nobodyIsAnError: boolean;
}

export interface EligibilityCounts {
  readonly retailers: number;
  readonly eligible: number;
  /** Retailers that fail each criterion; one that fails several counts for each. */
  readonly failed: Readonly<Record<keyof Config['eligibility'], number>>;
}

/**
 * Judges every retailer by its active months (months with a quantity above 0) and its tenure (months from the first
 * active one to the as-of month, both included). Writes, sorted by shop_id: `shop_id, first_month, last_month`
 * (`YYYY-MM`, missing where nothing was ever sold), `active_months, tenure_months, active_months_per_year, eligible`
 * and `reason`, which names every criterion failed, and is empty for the eligible. Throws NobodyEligible.
 */
export async function judgeEligibility(options: EligibilityOptions): Promise<EligibilityCounts> {
  const { db, asOf, config, outputPath } = options;
  const activity =
    'salesPath' in options
      ? `(${activitySql(salesRelation(options.salesPath), monthIndex(asOf))})`
      : `read_parquet(${quoteLiteral(options.retailersPath)})`;
  await db.run(`CREATE OR REPLACE TABLE judged AS ${judgement(activity, asOf, config)}`);
  await db.onOneThread(() =>
    db.run(`COPY (
      SELECT shop_id, ${monthText('first_period')} AS first_month, ${monthText('last_period')} AS last_month,
        active_months, tenure_months, active_months_per_year, reason = '' AS eligible, reason
      FROM judged ORDER BY shop_id
    ) TO ${quoteLiteral(outputPath)} (${parquetOptions})`),
  );
  const counted = await db.row(`
    SELECT count(*) AS retailers, count(*) FILTER (reason = '') AS eligible,
      count(*) FILTER (few_months) AS months, count(*) FILTER (short_tenure) AS tenure,
      count(*) FILTER (rarely_active) AS rate
    FROM judged`);
  await db.run('DROP TABLE judged');
  const counts: EligibilityCounts = {
    retailers: Number(counted['retailers']),
    eligible: Number(counted['eligible']),
    failed: {
      minActiveMonths: Number(counted['months']),
      minTenureMonths: Number(counted['tenure']),
      minActiveMonthsPerYear: Number(counted['rate']),
    },
  };
  if (counts.eligible === 0 && options.nobodyIsAnError) throw nobodyEligible(counts, config, asOf);
  return counts;
}

function judgement(activity: string, asOf: AsOfMonth, config: Config['eligibility']): string {
  const last = monthIndex(asOf);
  return `
    WITH retailers AS (
      SELECT shop_id, first_period::BIGINT AS first_period, last_period::BIGINT AS last_period,
        active_months::INTEGER AS active_months, coalesce(${last} - first_period + 1, 0)::INTEGER AS tenure_months
      FROM ${activity}
    ), rates AS (
      SELECT *, coalesce(active_months * 12.0::DOUBLE / nullif(tenure_months, 0), 0) AS active_months_per_year
      FROM retailers
    ), verdicts AS (
      SELECT *, active_months < ${config.minActiveMonths} AS few_months,
        tenure_months < ${config.minTenureMonths} AS short_tenure,
        active_months_per_year < ${config.minActiveMonthsPerYear} AS rarely_active
      FROM rates
    )
    SELECT *, concat_ws('; ',
      CASE WHEN few_months THEN active_months || ' active months, at least ${config.minActiveMonths} needed' END,
      CASE WHEN short_tenure THEN tenure_months || ' months since the first sale, at least ${config.minTenureMonths} needed' END,
      CASE WHEN rarely_active THEN format('{:.1f}', active_months_per_year)
        || ' active months a year, at least ${config.minActiveMonthsPerYear} needed' END) AS reason
    FROM verdicts`;
}

function monthText(period: string): string {
  return `format('{:04d}-{:02d}', ${period} // 12, ${period} % 12 + 1)`;
}

function nobodyEligible(
  counts: EligibilityCounts,
  config: Config['eligibility'],
  asOf: AsOfMonth,
): SegmentsError {
  const problems = Object.entries(counts.failed).map(
    ([criterion, count]) =>
      `${criterion}: ${count} of ${counts.retailers} have fewer than ${config[criterion as keyof typeof config]}`,
  );
  const message = `none of ${counts.retailers} retailers is eligible as of ${asOf}: ${problems.join('; ')}`;
  return new SegmentsError('NobodyEligible', message, {
    where: 'config.eligibility',
    remedy: 'Lower the criterion that most retailers fail, or use a source with a longer history.',
    problems,
  });
}
