import { rm } from 'node:fs/promises';
import { type AsOfMonth, monthIndex } from '../contracts/as-of-month.js';
import { type Config } from '../contracts/config.js';
import { type DuckDb } from '../duckdb/duckdb.js';
import { salesRelation } from '../sources/sales-relation.js';
import { duckDbDialect } from '../sql/duckdb-dialect.js';
import { idRanges } from '../tabular/id-ranges.js';
import { joinInOrder, rowGroupSize } from '../tabular/parquet.js';
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
 * number of threads can change a bit. Memory does not grow with the number of retailers: they are taken a row group of the
 * output at a time, in the order of their IDs, in which sales lie too. Returns the number of retailers.
 */
export async function computeFeatures(options: FeaturesOptions): Promise<{ retailers: number }> {
  const { db, eligibilityPath, outputPath } = options;
  await db.run(
    `CREATE OR REPLACE TABLE all_retailers AS ${takenInSql(eligibilityPath, options.minActiveMonths)}`,
  );
  const parts = await idRanges(db, 'all_retailers', rowGroupSize);
  if (parts.length === 1) await computePart(options, parts[0]!, outputPath);
  else {
    const paths = parts.map((_, part) => `${outputPath}.${part}`);
    for (const [part, range] of parts.entries()) await computePart(options, range, paths[part]!);
    await joinInOrder(db, paths, outputPath);
    await Promise.all(paths.map((file) => rm(file)));
  }
  const { retailers } = await db.row('SELECT count(*) AS retailers FROM all_retailers');
  await db.run('DROP TABLE all_retailers');
  return { retailers: Number(retailers) };
}

/** Features of the retailers whose IDs satisfy `range`. */
async function computePart(options: FeaturesOptions, range: string, outputPath: string): Promise<void> {
  const { db, salesPath, asOf, config } = options;
  const lastPeriod = monthIndex(asOf);
  await db.run(`CREATE OR REPLACE TABLE eligible_retailers AS SELECT * FROM all_retailers WHERE ${range}`);
  const sales = `(SELECT * FROM ${salesRelation(salesPath)} WHERE ${range}) AS sales`;
  await db.run(`CREATE OR REPLACE TABLE active_months AS
    SELECT * FROM (${activeMonthsSql(sales, lastPeriod, duckDbDialect)}) SEMI JOIN eligible_retailers USING (shop_id)`);
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
  await db.run('DROP TABLE features; DROP TABLE active_months; DROP TABLE eligible_retailers');
}
