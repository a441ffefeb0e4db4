import { decimalPattern, infinityPattern, spaces } from './number-text.js';
import { type SqlDialect } from './sql-dialect.js';

const matches: SqlDialect['matches'] = (text, pattern) => `REGEXP_CONTAINS(${text}, r'${pattern}')`;

/**
 * GoogleSQL. BIGNUMERIC has 38 decimals, of which 15 are kept as with DuckDB, and NUMERIC has 9. It has no exact median that is an
 * aggregate: the two middle values are taken from the sorted ones.
 */
export const bigQueryDialect: SqlDialect = {
  integer: 'INT64',
  double: 'FLOAT64',
  text: 'STRING',
  sum: (expression) => `CAST(SUM(ROUND(CAST(${expression} AS BIGNUMERIC), 15)) AS FLOAT64)`,
  sumOfQuantities: (expression) => `CAST(SUM(CAST(${expression} AS NUMERIC)) AS FLOAT64)`,
  median(expression) {
    const sorted = `ARRAY_AGG(${expression} IGNORE NULLS ORDER BY ${expression})`;
    const lower = `${sorted}[SAFE_OFFSET(DIV((COUNT(${expression}) - 1), 2))]`;
    const upper = `${sorted}[SAFE_OFFSET(DIV(COUNT(${expression}), 2))]`;
    return `(${lower} + (${upper} - ${lower}) / 2)`;
  },
  isNaN: (number) => `IS_NAN(${number})`,
  isInfinite: (number) => `IS_INF(${number})`,
  isBlank: (text) => `TRIM(${text}, '${spaces}') = ''`,
  matches,
  number: (text) => `CASE
    WHEN ${matches(text, decimalPattern)} THEN COALESCE(SAFE_CAST(TRIM(${text}) AS FLOAT64), CAST('inf' AS FLOAT64))
    WHEN ${matches(text, infinityPattern)} THEN SAFE_CAST(TRIM(${text}) AS FLOAT64) END`,
};
