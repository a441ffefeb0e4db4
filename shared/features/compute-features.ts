import { type AsOfMonth, monthIndex } from '../contracts/as-of-month.js';
import { type Config } from '../contracts/config.js';
import { type DuckDb } from '../duckdb/duckdb.js';
import { quoteLiteral } from '../duckdb/quote.js';
import { parquetOptions } from '../tabular/parquet.js';
import { featureDefinitions } from './definitions.js';
import { featuresSql } from './features-sql.js';
import { monthsSql } from './months-sql.js';
import { duckDbDialect } from './sql-dialect.js';

export interface FeaturesOptions {
  readonly db: DuckDb;
  readonly salesPath: string;
  readonly eligibilityPath: string;
  readonly asOf: AsOfMonth;
  readonly config: Pick<Config['features'], 'windowMonths'>;
  /** Retailers with at least so many active months are taken in, eligible or not: what provisional scoring needs. */
  readonly minActiveMonths?: number;
  readonly outputPath: string;
  /** Where the same retailers' months go (`monthsSql`), sorted likewise. */
  readonly monthsPath: string;
}

/**
 * Computes both feature sets of every eligible retailer: `shop_id` and the columns of the definition table as DOUBLE,
 * missing where undefined, sorted by shop_id. Every sum is exact, so that neither the order of rows nor the
 * number of threads can change a bit. Returns the number of retailers.
 */
export async function computeFeatures(options: FeaturesOptions): Promise<{ retailers: number }> {
  const { db, salesPath, eligibilityPath, asOf, config, outputPath, monthsPath } = options;
  const lastPeriod = monthIndex(asOf);
  const young =
    options.minActiveMonths === undefined
      ? ''
      : ` OR active_months >= ${Math.max(1, options.minActiveMonths)}`;
  await db.run(`CREATE OR REPLACE TABLE eligible_retailers AS
    SELECT shop_id, tenure_months FROM read_parquet(${quoteLiteral(eligibilityPath)}) WHERE eligible${young}`);
  await db.run(`CREATE OR REPLACE TABLE active_months AS
    SELECT shop_id, period, qty, products::DOUBLE AS products FROM (
      SELECT shop_id, year * 12 + month - 1 AS period, sum(sales_qty::DECIMAL(38, 9))::DOUBLE AS qty, count(*) AS products
      FROM read_parquet(${quoteLiteral(salesPath)}) AS sales
      WHERE sales_qty > 0 AND year * 12 + month - 1 <= ${lastPeriod}
      GROUP BY shop_id, period
    ) SEMI JOIN eligible_retailers USING (shop_id)`);
  const { windowMonths } = config;
  const query = { eligible: 'eligible_retailers', months: 'active_months', lastPeriod, windowMonths };
  const sql = featuresSql(query, duckDbDialect);
  await db.run(`CREATE OR REPLACE TABLE features AS ${sql}`);
  const columns = featureDefinitions.map(({ name }) => `${name}::DOUBLE AS ${name}`);
  await db.onOneThread(() =>
    db.run(`COPY (SELECT shop_id, ${columns.join(', ')} FROM features ORDER BY shop_id)
      TO ${quoteLiteral(outputPath)} (${parquetOptions})`),
  );
  await db.onOneThread(() =>
    db.run(`COPY (SELECT * FROM (${monthsSql(query)}) ORDER BY shop_id)
      TO ${quoteLiteral(monthsPath)} (${parquetOptions})`),
  );
  const { retailers } = await db.row('SELECT count(*) AS retailers FROM features');
  await db.run('DROP TABLE features; DROP TABLE active_months; DROP TABLE eligible_retailers');
  return { retailers: Number(retailers) };
}
