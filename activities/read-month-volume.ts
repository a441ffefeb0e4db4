import { monthOfIndex } from '../shared/contracts/as-of-month.js';
import { quoteLiteral } from '../shared/duckdb/quote.js';
import { withDuckDb } from '../shared/duckdb/with-duckdb.js';
import { type MonthVolume, monthVolume } from '../shared/stability/month-volume.js';
import { type StageTools } from './stage-tools.js';

/** How full the as-of month is beside the months before it, from a local `sales.parquet`. */
export async function readMonthVolume(
  tools: Pick<StageTools, 'duckDb' | 'scratch' | 'signal'>,
  salesPath: string,
  asOf: string,
): Promise<MonthVolume | null> {
  const rows = await withDuckDb(
    { ...tools.duckDb, scratch: tools.scratch },
    (db) =>
      db.rows(
        `SELECT CAST(year * 12 + month - 1 AS INTEGER) AS period, CAST(count(*) AS DOUBLE) AS n
         FROM read_parquet(${quoteLiteral(salesPath)}) GROUP BY 1 ORDER BY 1`,
      ),
    tools.signal,
  );
  return monthVolume(new Map(rows.map(({ period, n }) => [monthOfIndex(Number(period)), Number(n)])), asOf);
}
