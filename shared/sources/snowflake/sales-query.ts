import { type AsOfMonth, monthIndex, monthOfIndex } from '../../contracts/as-of-month.js';
import { type Source } from '../../contracts/source.js';
import { quoteIdentifier } from '../../duckdb/quote.js';
import { type SalesColumn } from '../sales-source.js';
import { parseTableName } from '../table-name.js';

type SnowflakeSource = Extract<Source, { kind: 'snowflake' }>;

/** Snowflake writes bare names in capitals. */
const fold = (part: string): string => part.toUpperCase();

/**
 * What can follow FROM: the table as it was at `snapshot`, or the query, without the months that the run may not see where
 * `monthColumn` says which those are.
 */
export function relationSql(source: SnowflakeSource, asOf: AsOfMonth | undefined): string {
  const base =
    source.table === undefined ? `(\n${source.query!.replace(/[\s;]+$/, '')}\n)` : tableSql(source);
  if (source.monthColumn === undefined || asOf === undefined) return base;
  const [column] = parseTableName(source.monthColumn, fold, 1);
  const first = `${monthOfIndex(monthIndex(asOf) + 1)}-01`;
  return `(SELECT * FROM ${base} AS months WHERE ${quoteIdentifier(column!)} < '${first}'::DATE)`;
}

function tableSql({ table, snapshot }: SnowflakeSource): string {
  const name = parseTableName(table!, fold, 3).map(quoteIdentifier).join('.');
  return snapshot === undefined ? name : `${name} AT(TIMESTAMP => '${snapshot}'::TIMESTAMP_TZ)`;
}

/** The columns needed, under their names here. */
export function salesSql(
  relation: string,
  columns: ReadonlyMap<SalesColumn, { readonly name: string }>,
): string {
  const selected = [...columns].map(
    ([column, { name }]) => `${quoteIdentifier(name)} AS ${quoteIdentifier(column)}`,
  );
  return `SELECT ${selected.join(', ')} FROM ${relation} AS source`;
}
