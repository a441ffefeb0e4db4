/** What differs between the SQL of one engine and another, as far as features need it. */
export interface SqlDialect {
  /** Sum whose result depends on the set of values alone, not on the order in which they come. */
  sum(expression: string): string;
  /** Median; the mean of the two middle values where their number is even; NULL without values. */
  median(expression: string): string;
}

/**
 * DuckDB adds floating-point numbers in the order in which threads deliver them. Fixed point with 15 decimals is exact:
 * no order, no last-bit noise. Every sum of the features stays far below the 23 digits left before the point.
 */
export const duckDbDialect: SqlDialect = {
  sum: (expression) => `CAST(SUM(CAST(${expression} AS DECIMAL(38, 15))) AS DOUBLE)`,
  median: (expression) => `MEDIAN(${expression})`,
};
