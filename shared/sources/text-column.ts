import { quoteIdentifier } from '../duckdb/quote.js';
import { duckDbDialect } from '../sql/duckdb-dialect.js';
import { type ColumnExpression } from './sales-source.js';

/** A column that holds text. */
export function textColumn(name: string): ColumnExpression {
  const quoted = quoteIdentifier(name);
  return {
    text: quoted,
    number: duckDbDialect.number(quoted),
  };
}
