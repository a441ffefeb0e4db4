import { VARCHAR, DuckDBDataChunk } from '@duckdb/node-api';
import { type DuckDb } from '../duckdb/duckdb.js';
import { quoteLiteral } from '../duckdb/quote.js';
import { duckDbDialect } from '../sql/duckdb-dialect.js';
import { periodExpression, reasonExpression } from './refusals.js';
import { rowTextSql } from './row-text.js';
import { salesColumns, type StagedRows } from './sales-source.js';

export interface RowCounts {
  readonly read: number;
  readonly used: number;
  readonly rejected: number;
  readonly rejectedByReason: Readonly<Record<string, number>>;
  readonly afterAsOf: number;
  readonly otherRetailers: number;
  readonly asOfMonthRows: number;
}

/** The rows of a source with a verdict each. Periods are month indices (contracts/as-of-month.ts). */
export interface JudgedRows {
  /** What can follow FROM: `[file, ]line, shop_id, product_id, period, sales_qty[, sales_value], reason, row`. */
  readonly relation: string;
  /** Rows that could not even be read: `[file, ]line, reason, row`. */
  readonly unreadable: string;
  readonly severalFiles: boolean;
  readonly hasValue: boolean;
  /** First and last month of the rows that are not refused; NaN without any. */
  readonly firstPeriod: number;
  readonly lastPeriod: number;
  count(lastSeen: number): Promise<RowCounts>;
}

/**
 * Judges every row once, into a Parquet file on scratch: small on disk, quick to read again, and nothing in memory. The
 * as-of month plays no part here, for it may be the last month of the rows judged.
 */
export async function judgeRows(
  db: DuckDb,
  staged: StagedRows,
  path: string,
  retailers: readonly string[] | undefined,
): Promise<JudgedRows> {
  const { columns } = staged;
  const present = salesColumns.filter((column) => columns[column] !== undefined);
  const asked = await askFor(db, retailers);
  const text = rowTextSql(
    present.map((column) => columns[column]!.text),
    duckDbDialect,
  );
  const severalFiles = staged.severalFiles === true;
  const value = columns.sales_value === undefined ? '' : `, (${columns.sales_value.number}) AS sales_value`;
  // The order does not matter yet, and keeping it would hold rows in memory.
  await db.run('SET preserve_insertion_order = false');
  await db.run(`COPY (
    SELECT line, shop_id, product_id, period, sales_qty${value === '' ? '' : ', sales_value'}, other, reason,
      CASE WHEN reason IS NOT NULL THEN row END AS row${severalFiles ? ', CASE WHEN reason IS NOT NULL THEN file END AS file' : ''}
    FROM (
      SELECT line, (${columns.shop_id!.text}) AS shop_id, (${columns.product_id!.text}) AS product_id,
        ${periodExpression(columns, duckDbDialect)} AS period, (${columns.sales_qty!.number}) AS sales_qty${value},
        ${asked(columns.shop_id!.text)} AS other,
        ${reasonExpression(staged, duckDbDialect)} AS reason, ${text} AS row${severalFiles ? ', file' : ''}
      FROM ${staged.relation}
    )
  ) TO ${quoteLiteral(path)} (FORMAT parquet, COMPRESSION lz4_raw)`);
  await db.run('SET preserve_insertion_order = true');
  const relation = `read_parquet(${quoteLiteral(path)})`;
  const span = await db.row(
    `SELECT min(period) AS first, max(period) AS last FROM ${relation} WHERE reason IS NULL AND NOT other`,
  );
  return {
    relation,
    unreadable: staged.unreadable.relation,
    severalFiles,
    hasValue: columns.sales_value !== undefined,
    firstPeriod: span['first'] === null ? NaN : Number(span['first']),
    lastPeriod: span['last'] === null ? NaN : Number(span['last']),
    count: (lastSeen) => count(db, relation, staged.unreadable, lastSeen),
  };
}

/** SQL that is true where a row is of a retailer who was not asked for. */
async function askFor(
  db: DuckDb,
  retailers: readonly string[] | undefined,
): Promise<(shopId: string) => string> {
  if (retailers === undefined) return () => 'false';
  await db.run('CREATE OR REPLACE TABLE asked_for (shop_id VARCHAR)');
  await db.append('asked_for', (appender) => {
    for (let start = 0; start < retailers.length; start += 2048) {
      const chunk = DuckDBDataChunk.create([VARCHAR]);
      chunk.setColumns([retailers.slice(start, start + 2048)]);
      appender.appendDataChunk(chunk);
    }
  });
  return (shopId) => `coalesce((${shopId}) NOT IN (SELECT shop_id FROM asked_for), true)`;
}

async function count(
  db: DuckDb,
  relation: string,
  unreadable: StagedRows['unreadable'],
  lastSeen: number,
): Promise<RowCounts> {
  const seen = Number.isNaN(lastSeen) ? 'true' : `(period IS NULL OR period <= ${lastSeen})`;
  const totals = await db.row(`
    SELECT count(*) AS read, count(*) FILTER (other) AS other,
      count(*) FILTER (NOT other AND NOT ${seen}) AS later,
      count(*) FILTER (NOT other AND ${seen} AND reason IS NULL) AS used,
      count(*) FILTER (NOT other AND reason IS NULL AND period = ${Number.isNaN(lastSeen) ? -1 : lastSeen}) AS at
    FROM ${relation}`);
  const reasons = await db.rows(`
    SELECT reason, count(*) AS count FROM (
      SELECT reason FROM ${relation} WHERE reason IS NOT NULL AND NOT other AND ${seen}
      UNION ALL SELECT reason FROM ${unreadable.relation}
    ) GROUP BY reason ORDER BY count DESC, reason`);
  const rejectedByReason = Object.fromEntries(
    reasons.map((row) => [String(row['reason']), Number(row['count'])]),
  );
  return {
    read: Number(totals['read']) + unreadable.count,
    used: Number(totals['used']),
    rejected: Object.values(rejectedByReason).reduce((sum, n) => sum + n, 0),
    rejectedByReason,
    afterAsOf: Number(totals['later']),
    otherRetailers: Number(totals['other']),
    asOfMonthRows: Number(totals['at']),
  };
}
