import { rm } from 'node:fs/promises';
import { type AsOfMonth, monthIndex } from '../contracts/as-of-month.js';
import { type Config } from '../contracts/config.js';
import { type DuckDb } from '../duckdb/duckdb.js';
import { salesRelation } from '../sources/sales-relation.js';
import { duckDbDialect } from '../sql/duckdb-dialect.js';
import { idRanges } from '../tabular/id-ranges.js';
import { quoteLiteral } from '../duckdb/quote.js';
import { joinInOrder, parquetOptions, rowGroupSize } from '../tabular/parquet.js';
import { activeMonthsSql } from './active-months-sql.js';
import { featuresSql } from './features-sql.js';
import { monthsSql } from './months-sql.js';
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
  /** Where the same retailers' months go (`monthsSql`), sorted likewise. */
  readonly monthsPath: string;
}

/**
 * Computes both feature sets of every eligible retailer: `shop_id` and the columns of the definition table as DOUBLE,
 * missing where undefined, sorted by shop_id. Every sum is exact, so that neither the order of rows nor the
 * number of threads can change a bit. Memory does not grow with the number of retailers: they are taken a row group of the
 * output at a time, in the order of their IDs, in which sales lie too. Returns the number of retailers.
 */
export async function computeFeatures(options: FeaturesOptions): Promise<{ retailers: number }> {
  const { db, eligibilityPath } = options;
  await db.run(
    `CREATE OR REPLACE TABLE all_retailers AS ${takenInSql(eligibilityPath, options.minActiveMonths)}`,
  );
  const parts = await idRanges(db, 'all_retailers', rowGroupSize);
  if (parts.length === 1) await computePart(options, parts[0]!, options);
  else {
    const pathsOf = ({ outputPath, monthsPath }: OutputPaths, part: number): OutputPaths => ({
      outputPath: `${outputPath}.${part}`,
      monthsPath: `${monthsPath}.${part}`,
    });
    const paths = parts.map((_, part) => pathsOf(options, part));
    for (const [part, range] of parts.entries()) await computePart(options, range, paths[part]!);
    for (const name of ['outputPath', 'monthsPath'] as const) {
      const files = paths.map((path) => path[name]);
      await joinInOrder(db, files, options[name]);
      await Promise.all(files.map((file) => rm(file)));
    }
  }
  const { retailers } = await db.row('SELECT count(*) AS retailers FROM all_retailers');
  await db.run('DROP TABLE all_retailers');
  return { retailers: Number(retailers) };
}

type OutputPaths = Pick<FeaturesOptions, 'outputPath' | 'monthsPath'>;

/** Features and months of the retailers whose IDs satisfy `range`. */
async function computePart(
  options: FeaturesOptions,
  range: string,
  { outputPath, monthsPath }: OutputPaths,
): Promise<void> {
  const { db, salesPath, asOf, config } = options;
  const lastPeriod = monthIndex(asOf);
  await db.run(`CREATE OR REPLACE TABLE eligible_retailers AS SELECT * FROM all_retailers WHERE ${range}`);
  const sales = `(SELECT * FROM ${salesRelation(salesPath)} WHERE ${range}) AS sales`;
  await db.run(`CREATE OR REPLACE TABLE active_months AS
    SELECT * FROM (${activeMonthsSql(sales, lastPeriod, duckDbDialect)}) SEMI JOIN eligible_retailers USING (shop_id)`);
  const { windowMonths } = config;
  const query = { eligible: 'eligible_retailers', months: 'active_months', lastPeriod, windowMonths };
  await db.run(`CREATE OR REPLACE TABLE features AS ${featuresSql(query, duckDbDialect)}`);
  await writeFeatures(db, 'features', outputPath);
  await db.onOneThread(() =>
    db.run(`COPY (SELECT * FROM (${monthsSql(query, duckDbDialect)}) ORDER BY shop_id)
      TO ${quoteLiteral(monthsPath)} (${parquetOptions})`),
  );
  await db.run('DROP TABLE features; DROP TABLE active_months; DROP TABLE eligible_retailers');
}
