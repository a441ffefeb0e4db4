import { quoteIdentifier } from '../duckdb/quote.js';
import { type ColumnExpression } from './sales-source.js';

/** A column that holds text. Only what is a number as it stands counts as one: DuckDB would take `1_000` too. */
export function textColumn(name: string): ColumnExpression {
  const quoted = quoteIdentifier(name);
  return {
    text: quoted,
    number: `CASE WHEN NOT contains(${quoted}, '_') THEN TRY_CAST(${quoted} AS DOUBLE) END`,
  };
}
