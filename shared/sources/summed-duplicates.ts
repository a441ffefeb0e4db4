import { type SqlDialect } from '../sql/sql-dialect.js';

/**
 * SQL for the quantity or value of rows of one retailer, product and month: one row keeps its number to the last bit, several are
 * added in fixed point, in which order cannot matter.
 */
export function summedDuplicates(column: string, { sumOfQuantities }: SqlDialect): string {
  return `CASE WHEN COUNT(*) = 1 THEN MIN(${column}) ELSE ${sumOfQuantities(column)} END + 0e0`;
}
