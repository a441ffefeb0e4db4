import { quoteLiteral } from '../duckdb/quote.js';
import { type SqlDialect } from './sql-dialect.js';

/**
 * DuckDB adds floating-point numbers in the order in which threads deliver them. Fixed point with 15 decimals is exact:
 * no order, no last-bit noise. Every sum of the features stays far below the 23 digits left before the point.
 */
export const duckDbDialect: SqlDialect = {
  integer: 'INTEGER',
  double: 'DOUBLE',
  text: 'VARCHAR',
  sum: (expression) => `CAST(SUM(CAST(${expression} AS DECIMAL(38, 15))) AS DOUBLE)`,
  sumOfQuantities: (expression) => `CAST(SUM(CAST(${expression} AS DECIMAL(38, 9))) AS DOUBLE)`,
  median: (expression) => `MEDIAN(${expression})`,
  isNaN: (number) => `isnan(${number})`,
  isInfinite: (number) => `isinf(${number})`,
  isBlank: (text) => `trim(${text}) = ''`,
  matches: (text, pattern) => `regexp_matches(${text}, ${quoteLiteral(pattern)})`,
  // Only what is a number as it stands counts as one: DuckDB would take `1_000` too.
  number: (text) => `CASE WHEN NOT contains(${text}, '_') THEN TRY_CAST(${text} AS DOUBLE) END`,
};
