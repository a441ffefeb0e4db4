import { type SqlDialect } from '../sql/sql-dialect.js';

/** SQL for values, each given as text, as a CSV line: what `rejected.csv` says of a row. Cut at 1,000 characters. */
export function rowTextSql(values: readonly string[], dialect: SqlDialect): string {
  const fields = values.map((value) => `coalesce(${csvFieldSql(value, dialect)}, '')`);
  return `left(${fields.join(` || ',' || `)}, 1000)`;
}

function csvFieldSql(text: string, { matches }: SqlDialect): string {
  return `CASE WHEN ${matches(text, '[",\\r\\n]')} THEN '"' || replace(${text}, '"', '""') || '"' ELSE ${text} END`;
}
