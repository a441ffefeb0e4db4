import { type DuckDb } from '../duckdb/duckdb.js';
import { quoteLiteral } from '../duckdb/quote.js';

/**
 * Cuts the IDs of `table` (each in it once) into ranges of `size`, in their order, the last one of what is left: conditions
 * on `shop_id` that, put to a Parquet file sorted by it, leave whole row groups unread. Together they hold for every ID.
 */
export async function idRanges(db: DuckDb, table: string, size: number): Promise<string[]> {
  const starts = await db.rows(`SELECT shop_id FROM (
      SELECT shop_id, row_number() OVER (ORDER BY shop_id) - 1 AS n FROM ${table}
    ) WHERE n > 0 AND n % ${size} = 0 ORDER BY n`);
  const bounds = starts.map((row) => quoteLiteral(String(row['shop_id'])));
  return [undefined, ...bounds].map((from, index) => {
    const to = bounds[index];
    const conditions = [
      ...(from === undefined ? [] : [`shop_id >= ${from}`]),
      ...(to === undefined ? [] : [`shop_id < ${to}`]),
    ];
    return conditions.length === 0 ? 'true' : conditions.join(' AND ');
  });
}
