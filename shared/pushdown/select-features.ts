import { type DuckDb } from '../duckdb/duckdb.js';
import { quoteLiteral } from '../duckdb/quote.js';
import { takenInSql, writeFeatures } from '../features/write-features.js';

export interface SelectFeaturesOptions {
  readonly db: DuckDb;
  readonly retailersPath: string;
  readonly eligibilityPath: string;
  /** Retailers with at least so many active months are taken in, eligible or not. */
  readonly minActiveMonths?: number;
  readonly outputPath: string;
}

/** Writes the `features.parquet` that `computeFeatures` writes, from features that a warehouse computed. */
export async function selectFeatures(options: SelectFeaturesOptions): Promise<{ retailers: number }> {
  const { db, retailersPath, eligibilityPath, minActiveMonths, outputPath } = options;
  const retailers = `(FROM read_parquet(${quoteLiteral(retailersPath)})
    SEMI JOIN (${takenInSql(eligibilityPath, minActiveMonths)}) USING (shop_id))`;
  await writeFeatures(db, retailers, outputPath);
  const { written } = await db.row(
    `SELECT count(*) AS written FROM read_parquet(${quoteLiteral(outputPath)})`,
  );
  return { retailers: Number(written) };
}
