import { type SqlDialect } from '../sql/sql-dialect.js';

/**
 * The active months that features are made from, `shop_id, period, qty, products`, out of a relation of sales
 * `shop_id, period, sales_qty`, a row a retailer, product and month.
 */
export function activeMonthsSql(sales: string, lastPeriod: number, dialect: SqlDialect): string {
  return `SELECT shop_id, period, ${dialect.sumOfQuantities('sales_qty')} AS qty, CAST(COUNT(*) AS ${dialect.double}) AS products
    FROM ${sales} WHERE sales_qty > 0 AND period <= ${lastPeriod} GROUP BY shop_id, period`;
}
