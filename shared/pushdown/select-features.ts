import { type DuckDb } from '../duckdb/duckdb.js';
import { quoteLiteral } from '../duckdb/quote.js';
import { monthColumns } from '../features/months-sql.js';
import { takenInSql, writeFeatures } from '../features/write-features.js';
import { parquetOptions } from '../tabular/parquet.js';

export interface SelectFeaturesOptions {
  readonly db: DuckDb;
  readonly retailersPath: string;
  readonly eligibilityPath: string;
  /** Retailers with at least so many active months are taken in, eligible or not. */
  readonly minActiveMonths?: number;
  readonly outputPath: string;
  /** Where their months go, if there are any: a feature store has none. */
  readonly monthsPath: string;
}

/** Writes the `features.parquet` and the months that `computeFeatures` writes, from what was computed elsewhere. */
export async function selectFeatures(
  options: SelectFeaturesOptions,
): Promise<{ retailers: number; hasMonths: boolean }> {
  const { db, retailersPath, eligibilityPath, minActiveMonths, outputPath, monthsPath } = options;
  const file = `read_parquet(${quoteLiteral(retailersPath)})`;
  const retailers = `(FROM ${file} SEMI JOIN (${takenInSql(eligibilityPath, minActiveMonths)}) USING (shop_id))`;
  await writeFeatures(db, retailers, outputPath);
  const columns = (await db.rows(`DESCRIBE FROM ${file}`)).map((row) => String(row['column_name']));
  const months = columns.filter((name) =>
    Object.values(monthColumns).some((prefix) => name.startsWith(prefix)),
  );
  if (months.length > 0) {
    await db.onOneThread(() =>
      db.run(`COPY (SELECT shop_id, ${months.join(', ')} FROM ${retailers} ORDER BY shop_id)
        TO ${quoteLiteral(monthsPath)} (${parquetOptions})`),
    );
  }
  const { written } = await db.row(
    `SELECT count(*) AS written FROM read_parquet(${quoteLiteral(outputPath)})`,
  );
  return { retailers: Number(written), hasMonths: months.length > 0 };
}
