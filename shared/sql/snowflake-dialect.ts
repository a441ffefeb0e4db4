import { decimalPattern, infinityPattern, spaces } from './number-text.js';
import { type SqlDialect } from './sql-dialect.js';

/** Snowflake reads `\x1f` in a literal as the character itself. A literal cannot hold NUL, and neither can its text. */
const matches: SqlDialect['matches'] = (text, pattern) =>
  `REGEXP_INSTR(${text}, '${pattern.replaceAll('\\x00', '\\x01')}') > 0`;

const trimmed = (text: string): string => `TRIM(${text}, ' \\t\\n\\x0b\\x0c\\r')`;

export const snowflakeDialect: SqlDialect = {
  integer: 'INTEGER',
  double: 'DOUBLE',
  text: 'VARCHAR',
  sum: (expression) => `CAST(SUM(CAST(${expression} AS NUMBER(38, 15))) AS DOUBLE)`,
  sumOfQuantities: (expression) => `CAST(SUM(CAST(${expression} AS NUMBER(38, 9))) AS DOUBLE)`,
  median: (expression) => `MEDIAN(${expression})`,
  isNaN: (number) => `${number} = 'NaN'::DOUBLE`,
  isInfinite: (number) => `ABS(${number}) = 'inf'::DOUBLE`,
  isBlank: (text) => `TRIM(${text}, '${spaces}') = ''`,
  matches,
  number: (text) => `CASE
    WHEN ${matches(text, decimalPattern)} THEN COALESCE(TRY_CAST(${trimmed(text)} AS DOUBLE), 'inf'::DOUBLE)
    WHEN ${matches(text, infinityPattern)} THEN TRY_CAST(${trimmed(text)} AS DOUBLE) END`,
};
