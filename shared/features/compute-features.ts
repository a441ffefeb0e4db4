import { type AsOfMonth, monthIndex } from '../contracts/as-of-month.js';
import { type Config } from '../contracts/config.js';
import { type DuckDb } from '../duckdb/duckdb.js';
import { salesRelation } from '../sources/sales-relation.js';
import { duckDbDialect } from '../sql/duckdb-dialect.js';
import { activeMonthsSql } from './active-months-sql.js';
import { featuresSql } from './features-sql.js';
import { takenInSql, writeFeatures } from './write-features.js';

export interface FeaturesOptions {
  readonly db: DuckDb;
  readonly salesPath: string;
  readonly eligibilityPath: string;
  readonly asOf: AsOfMonth;
  readonly config: Pick<Config['features'], 'windowMonths'>;
  /** Retailers with at least so many active months are taken in, eligible or not: what provisional scoring needs. */
  readonly minActiveMonths?: number;
  readonly outputPath: string;
}

/**
 * Computes both feature sets of every eligible retailer: `shop_id` and the columns of the definition table as DOUBLE,
 * missing where undefined, sorted by shop_id. Every sum is exact, so that neither the order of rows nor the
 * number of threads can change a bit. Returns the number of retailers.
 */
export async function computeFeatures(options: FeaturesOptions): Promise<{ retailers: number }> {
  const { db, salesPath, eligibilityPath, asOf, config, outputPath } = options;
  const lastPeriod = monthIndex(asOf);
  await db.run(
    `CREATE OR REPLACE TABLE eligible_retailers AS ${takenInSql(eligibilityPath, options.minActiveMonths)}`,
  );
  const months = activeMonthsSql(salesRelation(salesPath), lastPeriod, duckDbDialect);
  await db.run(`CREATE OR REPLACE TABLE active_months AS
    SELECT * FROM (${months}) SEMI JOIN eligible_retailers USING (shop_id)`);
  const sql = featuresSql(
    {
      eligible: 'eligible_retailers',
      months: 'active_months',
      lastPeriod,
      windowMonths: config.windowMonths,
    },
    duckDbDialect,
  );
  await db.run(`CREATE OR REPLACE TABLE features AS ${sql}`);
  await writeFeatures(db, 'features', outputPath);
  const { retailers } = await db.row('SELECT count(*) AS retailers FROM features');
  await db.run('DROP TABLE features; DROP TABLE active_months; DROP TABLE eligible_retailers');
  return { retailers: Number(retailers) };
}
