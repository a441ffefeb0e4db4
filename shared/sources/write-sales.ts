import { type DuckDb } from '../duckdb/duckdb.js';
import { quoteLiteral } from '../duckdb/quote.js';
import { duckDbDialect } from '../sql/duckdb-dialect.js';
import { parquetOptions } from '../tabular/parquet.js';
import { type JudgedRows } from './judge-rows.js';
import { summedDuplicates } from './summed-duplicates.js';

/**
 * Writes the used rows, one per shop, product and month, sorted; returns how many there are. IDs become integers
 * in the IDs' own order meanwhile: 8 million rows are grouped and sorted by 12 bytes instead of by two strings.
 */
export async function writeSales(
  db: DuckDb,
  { relation, hasValue }: JudgedRows,
  lastSeen: number,
  path: string,
): Promise<number> {
  const used = `FROM ${relation} WHERE reason IS NULL AND NOT other AND period <= ${lastSeen}`;
  for (const [table, id] of [
    ['shops', 'shop_id'],
    ['products', 'product_id'],
  ]) {
    await db.run(`CREATE OR REPLACE TABLE ${table} AS
      SELECT ${id}, (row_number() OVER (ORDER BY ${id}))::INTEGER AS code FROM (SELECT DISTINCT ${id} ${used})`);
  }
  const measures = ['sales_qty', ...(hasValue ? ['sales_value'] : [])]
    .map((column) => `${summedDuplicates(column, duckDbDialect)} AS ${column}`)
    .join(', ');
  await db.run(`CREATE OR REPLACE TABLE sales AS
    SELECT shop, period, product, ${measures} FROM (
      SELECT shops.code AS shop, products.code AS product, used.* EXCLUDE (shop_id, product_id)
      FROM (SELECT shop_id, product_id, period, sales_qty${hasValue ? ', sales_value' : ''} ${used}) AS used
      JOIN shops USING (shop_id) JOIN products USING (product_id)
    ) GROUP BY shop, period, product`);
  const { rows } = await db.row('SELECT count(*) AS rows FROM sales');
  await db.onOneThread(() =>
    db.run(`COPY (
      SELECT shop_id, product_id, period // 12 AS year, (period % 12 + 1)::INTEGER AS month, sales_qty${hasValue ? ', sales_value' : ''}
      FROM (SELECT * FROM sales) AS sales
      JOIN shops ON shops.code = sales.shop JOIN products ON products.code = sales.product
      ORDER BY shop, period, product
    ) TO ${quoteLiteral(path)} (${parquetOptions})`),
  );
  await db.run('DROP TABLE sales; DROP TABLE shops; DROP TABLE products');
  return Number(rows);
}
