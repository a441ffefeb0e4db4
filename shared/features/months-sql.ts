import { type SqlDialect } from '../sql/sql-dialect.js';
import { type FeatureQuery } from './features-sql.js';

/** How the columns of `stages/months.parquet` begin; their numbers go up to the as-of month's. */
export const monthColumns = { quantity: 'month_qty_', products: 'month_products_' } as const;

/** Those columns for a window of so many months, in their order. */
export function monthColumnNames(windowMonths: number): string[] {
  return [monthColumns.quantity, monthColumns.products].flatMap((prefix) =>
    Array.from({ length: windowMonths }, (_, j) => `${prefix}${j}`),
  );
}

/**
 * A row a retailer, a column a month of the window, the as-of month last: units and distinct products, 0 in a month without
 * sales, missing before the first.
 */
export function monthsSql(query: FeatureQuery, dialect: SqlDialect): string {
  const { eligible, months, lastPeriod, windowMonths } = query;
  const columns = (prefix: string, source: string): string[] =>
    Array.from({ length: windowMonths }, (_, j) => {
      const ago = windowMonths - 1 - j;
      const value = `MAX(CASE WHEN period = ${lastPeriod - ago} THEN months.${source} END)`;
      return `CAST(CASE WHEN tenure_months > ${ago} THEN COALESCE(${value}, 0) END AS ${dialect.double}) AS ${prefix}${j}`;
    });
  const all = [...columns(monthColumns.quantity, 'qty'), ...columns(monthColumns.products, 'products')];
  return `SELECT eligible.shop_id, ${all.join(', ')}
    FROM ${eligible} AS eligible LEFT JOIN ${months} AS months ON months.shop_id = eligible.shop_id
    GROUP BY eligible.shop_id, tenure_months`;
}
