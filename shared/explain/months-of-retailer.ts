import { monthIndex, type AsOfMonth } from '../contracts/as-of-month.js';
import { type RetailerMonths } from '../courses/retailer-months.js';
import { type DuckDb } from '../duckdb/duckdb.js';
import { quoteLiteral } from '../duckdb/quote.js';
import { monthColumns } from '../features/months-sql.js';
import { type Matrix } from '../numeric/matrix.js';

/** What one retailer did month by month, from a run's `stages/months.parquet`; undefined where the file has no months. */
export async function monthsOfRetailer(
  db: DuckDb,
  file: string,
  shopId: string,
  asOf: AsOfMonth,
): Promise<RetailerMonths | undefined> {
  const [row] = await db.rows(`SELECT * FROM read_parquet(${quoteLiteral(file)}) WHERE shop_id = $1`, [
    shopId,
  ]);
  if (row === undefined) return undefined;
  const matrix = (prefix: string): Matrix => {
    const columns = Object.keys(row).filter((name) => name.startsWith(prefix)).length;
    const data = Float64Array.from({ length: columns }, (_, j) => {
      const value = row[`${prefix}${j}`];
      return value === null ? NaN : Number(value);
    });
    return { data, rows: 1, columns };
  };
  const [quantities, products] = [matrix(monthColumns.quantity), matrix(monthColumns.products)];
  if (quantities.columns === 0) return undefined;
  return { lastPeriod: monthIndex(asOf), quantities, products };
}
