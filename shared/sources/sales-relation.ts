import { quoteLiteral } from '../duckdb/quote.js';

/** A `sales.parquet` as DuckDB's relation `shop_id, period, sales_qty`, with months as indices (contracts/as-of-month.ts). */
export function salesRelation(salesPath: string): string {
  return `(SELECT shop_id, year * 12 + month - 1 AS period, sales_qty FROM read_parquet(${quoteLiteral(salesPath)})) AS sales`;
}
