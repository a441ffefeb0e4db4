import { activitySql } from '../eligibility/activity-sql.js';
import { activeMonthsSql } from '../features/active-months-sql.js';
import { featuresSql } from '../features/features-sql.js';
import { periodExpression, reasonExpression } from '../sources/refusals.js';
import { rowTextSql } from '../sources/row-text.js';
import { type SalesColumn, salesColumns, type StagedRows } from '../sources/sales-source.js';
import { summedDuplicates } from '../sources/summed-duplicates.js';
import { type SqlDialect } from '../sql/sql-dialect.js';
import { answerColumns, type AnswerColumn, refusedKept } from './answer.js';
import {
  countColumns,
  curveColumn,
  curveMonths,
  measureColumns,
  volumeColumn,
  volumeMonths,
} from './retailers-table.js';

export interface RetailersQuery {
  /** What can follow FROM, in the warehouse. */
  readonly relation: string;
  /** Where each column comes from, in the warehouse's SQL. */
  readonly columns: StagedRows['columns'];
  /** SQL that is true for the retailers asked for, given the text of their IDs; undefined: all. */
  readonly askedFor?: (shopId: string) => string;
  /** Month index of the as-of month. */
  readonly lastPeriod: number;
  readonly windowMonths: number;
}

/**
 * One statement that judges every row of a warehouse's sales and answers with what a run needs of them, in rows of several kinds
 * (answer.ts): a row a retailer, counts of rows by verdict and month, and a sample of the refused ones. One statement
 * reads one state of the data, and is paid for once.
 */
export function retailersSql(query: RetailersQuery, dialect: SqlDialect): string {
  const { relation, columns, askedFor, lastPeriod, windowMonths } = query;
  const present = salesColumns.filter((column) => columns[column] !== undefined);
  const given = present.flatMap((column) => [
    `${columns[column]!.text} AS ${column}_text`,
    `${columns[column]!.number} AS ${column}_number`,
  ]);
  const named = Object.fromEntries(
    present.map((column) => [column, { text: `${column}_text`, number: `${column}_number` }]),
  ) as Record<SalesColumn, { text: string; number: string }>;
  const features = featuresSql(
    { eligible: 'ever_sold', months: 'active_months', lastPeriod, windowMonths },
    dialect,
  );
  return `
WITH given AS (
  SELECT ${given.join(',\n    ')}
  FROM ${relation} AS source
),
judged AS (
  SELECT shop_id_text AS shop_id, product_id_text AS product_id, sales_qty_number AS sales_qty,
    ${periodExpression(named, dialect)} AS period,
    ${reasonExpression({ columns: named, textIsClean: false }, dialect)} AS reason,
    ${rowTextSql(
      present.map((column) => named[column].text),
      dialect,
    )} AS row_text
  FROM given${askedFor === undefined ? '' : ` WHERE ${askedFor('shop_id_text')}`}
),
sales AS (
  SELECT shop_id, period, product_id, ${summedDuplicates('sales_qty', dialect)} AS sales_qty
  FROM judged WHERE reason IS NULL AND period <= ${lastPeriod} GROUP BY shop_id, period, product_id
),
active_months AS (
  ${activeMonthsSql('sales', lastPeriod, dialect)}
),
retailers AS (
  ${activitySql('sales', lastPeriod)}
),
ever_sold AS (
  SELECT shop_id, ${lastPeriod} - first_period + 1 AS tenure_months FROM retailers WHERE active_months > 0
),
features AS (${features}
),
recent AS (
  SELECT shop_id, ${recentQuantities(lastPeriod, dialect).join(',\n    ')}
  FROM active_months WHERE period > ${lastPeriod - curveMonths} GROUP BY shop_id
),
refused AS (
  SELECT reason, row_text, ROW_NUMBER() OVER (PARTITION BY reason ORDER BY row_text) AS place
  FROM judged WHERE reason IS NOT NULL AND (period IS NULL OR period <= ${lastPeriod})
)
${branch(
  { kind: `'retailer'`, name: 'retailers.shop_id', ...same('retailers', countColumns), ...measures() },
  `FROM retailers LEFT JOIN features ON features.shop_id = retailers.shop_id
  LEFT JOIN recent ON recent.shop_id = retailers.shop_id`,
  dialect,
)}
UNION ALL ${branch(
    { kind: `'rows'`, name: 'reason', first_period: 'period', amount: 'COUNT(*)' },
    'FROM judged GROUP BY reason, period',
    dialect,
  )}
UNION ALL ${branch(
    { kind: `'sales'`, first_period: 'period', amount: 'COUNT(*)' },
    'FROM sales GROUP BY period',
    dialect,
  )}
UNION ALL ${branch(
    { kind: `'refused'`, name: 'reason', detail: 'row_text', amount: 'place' },
    `FROM refused WHERE place <= ${refusedKept}`,
    dialect,
  )}`;
}

function recentQuantities(lastPeriod: number, { sumOfQuantities }: SqlDialect): string[] {
  const sum = (condition: string): string => sumOfQuantities(`CASE WHEN ${condition} THEN qty END`);
  return [
    `${sum(`period > ${lastPeriod - volumeMonths}`)} AS ${volumeColumn}`,
    ...Array.from(
      { length: curveMonths },
      (_, ago) => `${sum(`period = ${lastPeriod - ago}`)} AS ${curveColumn(ago)}`,
    ),
  ];
}

/** Where the retailer's row takes each feature and quantity from: no two relations share a name. */
function measures(): Record<string, string> {
  return Object.fromEntries(measureColumns.map((name) => [name, name]));
}

function same(relation: string, columns: readonly string[]): Record<string, string> {
  return Object.fromEntries(columns.map((name) => [name, `${relation}.${name}`]));
}

/** A SELECT with every column of the answer, of which it has values for some. */
function branch(values: Readonly<Record<string, string>>, rest: string, dialect: SqlDialect): string {
  const types: Record<AnswerColumn['type'], string> = {
    text: dialect.text,
    integer: dialect.integer,
    double: dialect.double,
  };
  const selected = answerColumns.map(
    ({ name, type }) => `CAST(${values[name] ?? 'NULL'} AS ${types[type]}) AS ${name}`,
  );
  return `SELECT ${selected.join(', ')}\n${rest}`;
}
