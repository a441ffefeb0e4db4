import { type Config } from '../contracts/config.js';
import { quoteLiteral } from '../duckdb/quote.js';

export interface ScoringTables {
  readonly eligibilityPath: string;
  readonly featuresPath: string;
  /** `stages/months.parquet` of the same retailers. */
  readonly monthsPath: string | undefined;
  /** `assignments.parquet` of the run whose model is used. */
  readonly assignmentsPath: string;
  readonly eligibility: Config['eligibility'];
}

/**
 * Everybody of the source beside what scoring needs, sorted by shop_id and numbered by `n` from 0: status, reason, `evidence`
 * (the smallest of what a retailer has of each criterion as a share of what is asked, 1 for the eligible), the segment that
 * it had, and the features and months of those that have any.
 */
export function shardSql({
  eligibilityPath,
  featuresPath,
  monthsPath,
  assignmentsPath,
  eligibility,
}: ScoringTables): string {
  const { minActiveMonths, minTenureMonths, minActiveMonthsPerYear } = eligibility;
  const share = (column: string, asked: number): string =>
    asked > 0 ? `${column} / ${asked}::DOUBLE` : '1.0';
  return `
    SELECT row_number() OVER (ORDER BY judged.shop_id) - 1 AS n, judged.shop_id AS shop_id,
      CASE WHEN judged.eligible THEN 'scored' WHEN features.shop_id IS NULL THEN 'too-young' ELSE 'provisional' END AS status,
      judged.reason AS reason,
      least(1.0, ${share('active_months', minActiveMonths)}, ${share('tenure_months', minTenureMonths)},
        ${share('active_months_per_year', minActiveMonthsPerYear)})::DOUBLE AS evidence,
      before.segment_id AS previous_segment_id, features.* EXCLUDE (shop_id)${monthsPath === undefined ? '' : ', months.* EXCLUDE (shop_id)'}
    FROM read_parquet(${quoteLiteral(eligibilityPath)}) AS judged
    LEFT JOIN read_parquet(${quoteLiteral(featuresPath)}) AS features ON features.shop_id = judged.shop_id
    ${monthsPath === undefined ? '' : `LEFT JOIN read_parquet(${quoteLiteral(monthsPath)}) AS months ON months.shop_id = judged.shop_id`}
    LEFT JOIN (SELECT shop_id, segment_id FROM read_parquet(${quoteLiteral(assignmentsPath)})) AS before
      ON before.shop_id = judged.shop_id`;
}
