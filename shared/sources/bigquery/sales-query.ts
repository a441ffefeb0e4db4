import { type AsOfMonth, monthIndex, monthOfIndex } from '../../contracts/as-of-month.js';
import { type Source } from '../../contracts/source.js';
import { SegmentsError } from '../../errors.js';
import { type SalesColumn } from '../sales-source.js';

type BigQuerySource = Extract<Source, { kind: 'bigquery' }>;

/** A name in backticks. BigQuery's own names hold none, and no backslash. */
export function quoteBigQueryName(name: string, where: string): string {
  if (!/[`\\\n]/.test(name)) return `\`${name}\``;
  throw new SegmentsError('InvalidInput', `${where}: found ${JSON.stringify(name)}; expected a name`, {
    where,
    remedy: 'Give the name without backticks, backslashes or line breaks.',
  });
}

/**
 * What can follow FROM: the table as it was at `snapshot`, or the query, without the months that the run may not see
 * where `monthColumn` (DATE, DATETIME or TIMESTAMP) says which those are. On a column that the table is partitioned by,
 * BigQuery does not even read them.
 */
export function relationSql(source: BigQuerySource, asOf: AsOfMonth | undefined): string {
  const base =
    source.table === undefined ? `(\n${source.query!.replace(/[\s;]+$/, '')}\n)` : tableSql(source);
  if (source.monthColumn === undefined || asOf === undefined) return base;
  const column = quoteBigQueryName(source.monthColumn, 'source.monthColumn');
  const first = `${monthOfIndex(monthIndex(asOf) + 1)}-01`;
  // A literal in quotes becomes whichever of the three types the column has.
  return `(SELECT * FROM ${base} AS months WHERE ${column} < '${first}')`;
}

function tableSql({ table, snapshot }: BigQuerySource): string {
  const parts = table!.split('.');
  if (parts.length < 2 || parts.length > 3 || parts.some((part) => !/^[\p{L}\p{N}_ :*-]+$/u.test(part))) {
    throw new SegmentsError(
      'InvalidInput',
      `source.table: found ${JSON.stringify(table)}; expected project.dataset.table or dataset.table`,
      { where: 'source.table', remedy: 'Give the table as the BigQuery console shows it.' },
    );
  }
  const name = quoteBigQueryName(table!, 'source.table');
  // In parentheses: GoogleSQL wants an alias before FOR SYSTEM_TIME, and whoever reads from this gives one after it.
  return snapshot === undefined
    ? name
    : `(SELECT * FROM ${name} FOR SYSTEM_TIME AS OF TIMESTAMP '${snapshot}')`;
}

/**
 * The columns needed and nothing else: BigQuery bills by column. Integers, and decimals that are IDs, come as text: JavaScript
 * would round those above 2⁵³, and a Parquet export would write 7 as 7.000000000. Floating-point numbers come as they are.
 */
export function salesSql(
  relation: string,
  columns: ReadonlyMap<SalesColumn, { readonly name: string; readonly type: string }>,
): string {
  const selected = [...columns].map(([column, { name, type }]) => {
    const quoted = quoteBigQueryName(name, 'a column');
    const asText = /^INT/.test(type) || (column.endsWith('_id') && /NUMERIC$/.test(type));
    return `${asText ? `CAST(${quoted} AS STRING)` : quoted} AS ${column}`;
  });
  return `SELECT ${selected.join(', ')} FROM ${relation} AS source`;
}
