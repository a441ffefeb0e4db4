import { type DuckDb } from '../duckdb/duckdb.js';
import { quoteLiteral } from '../duckdb/quote.js';
import { type JudgedRows } from './judge-rows.js';

/** Writes `line,reason,row` of every refused row that the run may see, sorted by line. `row` is cut at 1,000 characters. */
export async function writeRejected(
  db: DuckDb,
  { relation, unreadable }: JudgedRows,
  lastSeen: number,
  path: string,
): Promise<void> {
  const seen = Number.isNaN(lastSeen) ? 'true' : `(period IS NULL OR period <= ${lastSeen})`;
  await db.run(`COPY (
    SELECT line, reason, row FROM (
      SELECT line, reason, row FROM ${relation} WHERE reason IS NOT NULL AND NOT other AND ${seen}
      UNION ALL SELECT line, reason, row FROM ${unreadable}
    ) ORDER BY line
  ) TO ${quoteLiteral(path)} (FORMAT csv, HEADER true)`);
}
