import { type DuckDb } from '../duckdb/duckdb.js';
import { quoteLiteral } from '../duckdb/quote.js';
import { parquetOptions } from '../tabular/parquet.js';
import { featureDefinitions } from './definitions.js';

/**
 * SELECT of `shop_id, tenure_months` of the retailers that get features: the eligible, and with `minActiveMonths` those with at
 * least so many active months, eligible or not.
 */
export function takenInSql(eligibilityPath: string, minActiveMonths: number | undefined): string {
  const young = minActiveMonths === undefined ? '' : ` OR active_months >= ${Math.max(1, minActiveMonths)}`;
  return `SELECT shop_id, tenure_months FROM read_parquet(${quoteLiteral(eligibilityPath)}) WHERE eligible${young}`;
}

/** Writes `features.parquet` from a relation with its columns. */
export async function writeFeatures(db: DuckDb, relation: string, outputPath: string): Promise<void> {
  const columns = featureDefinitions.map(({ name }) => `${name}::DOUBLE AS ${name}`);
  await db.onOneThread(() =>
    db.run(`COPY (SELECT shop_id, ${columns.join(', ')} FROM ${relation} ORDER BY shop_id)
      TO ${quoteLiteral(outputPath)} (${parquetOptions})`),
  );
}
