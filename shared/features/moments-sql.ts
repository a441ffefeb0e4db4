import { type SqlDialect } from '../sql/sql-dialect.js';

/** Sample standard deviation / mean, over the frame's months. Divided by the mean first, so that no square overflows. */
export function variationSql({ sum }: SqlDialect, column: string, mean: string): string {
  const deviation = `(${column} / ${mean} - 1)`;
  return `SQRT(${sum(`${deviation} * ${deviation}`)} / NULLIF(months - 1, 0))`;
}

/**
 * −Σ p ln p / ln(count), with p the month's share of quantity. Rounding must not lead out of [0, 1]. The CASE decides on
 * what is missing: engines disagree on LEAST and GREATEST of a NULL.
 */
export function entropySql({ sum }: SqlDialect, count: string): string {
  const share = '(qty / total_qty)';
  const entropy = `-${sum(`${share} * LN(${share})`)} / LN(${count})`;
  return `CASE WHEN months > 0 AND ${count} > 1 THEN LEAST(1, GREATEST(0, ${entropy})) END`;
}
