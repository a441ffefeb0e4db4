import { type DuckDb } from '../duckdb/duckdb.js';
import { quoteLiteral } from '../duckdb/quote.js';
import { type JudgedRows } from './judge-rows.js';

/**
 * Writes `line,reason,row` of every refused row that the run may see, sorted by line; of a source of several files
 * `file,line,reason,row`, sorted by both. `row` is cut at 1,000 characters.
 */
export async function writeRejected(
  db: DuckDb,
  { relation, unreadable, severalFiles }: JudgedRows,
  lastSeen: number,
  path: string,
): Promise<void> {
  const seen = Number.isNaN(lastSeen) ? 'true' : `(period IS NULL OR period <= ${lastSeen})`;
  const place = severalFiles ? 'file, line' : 'line';
  await db.run(`COPY (
    SELECT ${place}, reason, row FROM (
      SELECT ${place}, reason, row FROM ${relation} WHERE reason IS NOT NULL AND NOT other AND ${seen}
      UNION ALL SELECT ${place}, reason, row FROM ${unreadable}
    ) ORDER BY ${place}
  ) TO ${quoteLiteral(path)} (FORMAT csv, HEADER true)`);
}
