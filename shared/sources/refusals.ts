import { type SqlDialect } from '../sql/sql-dialect.js';
import { type ColumnExpression, type SalesColumn, type StagedRows } from './sales-source.js';

/** Years that a row may have: wide enough for any history, narrow enough to catch `23` and `20230`. */
const firstYear = 1900;
const lastYear = 2199;
/** Larger quantities could not be summed exactly in fixed point, and no retailer sells as much of a product. */
const largestQuantity = 1e12;

/** SQL for the row's month index, NULL where year or month cannot be used. */
export function periodExpression(columns: StagedRows['columns'], { integer }: SqlDialect): string {
  const year = number(columns, 'year');
  const month = number(columns, 'month');
  return `CASE WHEN ${year} = trunc(${year}) AND ${year} BETWEEN ${firstYear} AND ${lastYear}
    AND ${month} = trunc(${month}) AND ${month} BETWEEN 1 AND 12
    THEN CAST(${year} * 12 + ${month} - 1 AS ${integer}) END`;
}

/** SQL for the first reason to refuse a row, NULL for a row to be used. Every reason names its column. */
export function reasonExpression(
  { columns, textIsClean }: Pick<StagedRows, 'columns' | 'textIsClean'>,
  dialect: SqlDialect,
): string {
  const cases = [
    ...idCases('shop_id', columns.shop_id!, textIsClean, dialect),
    ...idCases('product_id', columns.product_id!, textIsClean, dialect),
    ...wholeCases('year', columns.year!, firstYear, lastYear, dialect),
    ...wholeCases('month', columns.month!, 1, 12, dialect),
    ...quantityCases(columns.sales_qty!, dialect),
    ...(columns.sales_value === undefined ? [] : valueCases(columns.sales_value, dialect)),
  ];
  return `CASE ${cases.map(([condition, reason]) => `WHEN ${condition} THEN '${reason}'`).join('\n')} END`;
}

type Case = readonly [condition: string, reason: string];

function number(columns: StagedRows['columns'], column: SalesColumn): string {
  return columns[column]!.number;
}

function missing(text: string, { isBlank }: SqlDialect): string {
  return `${text} IS NULL OR ${isBlank(text)}`;
}

function idCases(
  name: string,
  { text }: ColumnExpression,
  textIsClean: boolean,
  dialect: SqlDialect,
): Case[] {
  const control: Case = [dialect.matches(text, '[\\x00-\\x1f]'), `${name} holds a control character`];
  return [[missing(text, dialect), `${name} is missing`], ...(textIsClean ? [] : [control])];
}

function wholeCases(
  name: string,
  { text, number }: ColumnExpression,
  from: number,
  to: number,
  dialect: SqlDialect,
): Case[] {
  return [
    [missing(text, dialect), `${name} is missing`],
    [`${number} IS NULL OR ${dialect.isNaN(number)}`, `${name} is not a number`],
    [`${number} NOT BETWEEN ${from} AND ${to}`, `${name} is not between ${from} and ${to}`],
    [`${number} <> trunc(${number})`, `${name} is not a whole number`],
  ];
}

function quantityCases({ text, number }: ColumnExpression, dialect: SqlDialect): Case[] {
  return [
    [missing(text, dialect), 'sales_qty is missing'],
    [`${number} IS NULL`, 'sales_qty is not a number'],
    [notFinite(number, dialect), 'sales_qty is not finite'],
    [`${number} < 0`, 'sales_qty is negative'],
    [`${number} > ${largestQuantity}`, `sales_qty is above ${largestQuantity}`],
  ];
}

/** Value is optional: missing is fine, and returns may make it negative. */
function valueCases({ text, number }: ColumnExpression, dialect: SqlDialect): Case[] {
  return [
    [`${number} IS NULL AND NOT ${dialect.isBlank(text)}`, 'sales_value is not a number'],
    [notFinite(number, dialect), 'sales_value is not finite'],
    [`abs(${number}) > ${largestQuantity}`, `sales_value is above ${largestQuantity}`],
  ];
}

function notFinite(number: string, { isNaN, isInfinite }: SqlDialect): string {
  return `${isNaN(number)} OR ${isInfinite(number)}`;
}
