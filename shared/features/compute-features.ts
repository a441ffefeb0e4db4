import { rm } from 'node:fs/promises';
import { type AsOfMonth, monthIndex } from '../contracts/as-of-month.js';
import { type Config } from '../contracts/config.js';
import { type DuckDb } from '../duckdb/duckdb.js';
import { quoteLiteral } from '../duckdb/quote.js';
import { idRanges } from '../tabular/id-ranges.js';
import { joinInOrder, parquetOptions, rowGroupSize } from '../tabular/parquet.js';
import { featureDefinitions } from './definitions.js';
import { featuresSql } from './features-sql.js';
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
}

/**
 * Computes both feature sets of every eligible retailer: `shop_id` and the columns of the definition table as DOUBLE,
 * missing where undefined, sorted by shop_id. Every sum is exact, so that neither the order of rows nor the
 * number of threads can change a bit. Memory does not grow with the number of retailers: they are taken a row group of the
 * output at a time, in the order of their IDs, in which sales lie too. Returns the number of retailers.
 */
export async function computeFeatures(options: FeaturesOptions): Promise<{ retailers: number }> {
  const { db, eligibilityPath, outputPath } = options;
  const young =
    options.minActiveMonths === undefined
      ? ''
      : ` OR active_months >= ${Math.max(1, options.minActiveMonths)}`;
  await db.run(`CREATE OR REPLACE TABLE all_retailers AS
    SELECT shop_id, tenure_months FROM read_parquet(${quoteLiteral(eligibilityPath)}) WHERE eligible${young}`);
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
  await db.run(`CREATE OR REPLACE TABLE active_months AS
    SELECT shop_id, period, qty, products::DOUBLE AS products FROM (
      SELECT shop_id, year * 12 + month - 1 AS period, sum(sales_qty::DECIMAL(38, 9))::DOUBLE AS qty, count(*) AS products
      FROM read_parquet(${quoteLiteral(salesPath)}) AS sales
      WHERE sales_qty > 0 AND year * 12 + month - 1 <= ${lastPeriod} AND ${range}
      GROUP BY shop_id, period
    ) SEMI JOIN eligible_retailers USING (shop_id)`);
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
  const columns = featureDefinitions.map(({ name }) => `${name}::DOUBLE AS ${name}`);
  await db.onOneThread(() =>
    db.run(`COPY (SELECT shop_id, ${columns.join(', ')} FROM features ORDER BY shop_id)
      TO ${quoteLiteral(outputPath)} (${parquetOptions})`),
  );
  await db.run('DROP TABLE features; DROP TABLE active_months; DROP TABLE eligible_retailers');
}
