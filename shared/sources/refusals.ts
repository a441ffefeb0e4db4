import { type ColumnExpression, type SalesColumn, type StagedRows } from './sales-source.js';

/** Years that a row may have: wide enough for any history, narrow enough to catch `23` and `20230`. */
const firstYear = 1900;
const lastYear = 2199;
/** Larger quantities could not be summed exactly in fixed point, and no retailer sells as much of a product. */
const largestQuantity = 1e12;

/** SQL for the row's month index, NULL where year or month cannot be used. */
export function periodExpression(columns: StagedRows['columns']): string {
  const year = number(columns, 'year');
  const month = number(columns, 'month');
  return `CASE WHEN ${year} = trunc(${year}) AND ${year} BETWEEN ${firstYear} AND ${lastYear}
    AND ${month} = trunc(${month}) AND ${month} BETWEEN 1 AND 12
    THEN (${year} * 12 + ${month} - 1)::INTEGER END`;
}

/** SQL for the first reason to refuse a row, NULL for a row to be used. Every reason names its column. */
export function reasonExpression({ columns, textIsClean }: StagedRows): string {
  const cases = [
    ...idCases('shop_id', columns.shop_id!, textIsClean),
    ...idCases('product_id', columns.product_id!, textIsClean),
    ...wholeCases('year', columns.year!, firstYear, lastYear),
    ...wholeCases('month', columns.month!, 1, 12),
    ...quantityCases(columns.sales_qty!),
    ...(columns.sales_value === undefined ? [] : valueCases(columns.sales_value)),
  ];
  return `CASE ${cases.map(([condition, reason]) => `WHEN ${condition} THEN '${reason}'`).join('\n')} END`;
}

type Case = readonly [condition: string, reason: string];

function number(columns: StagedRows['columns'], column: SalesColumn): string {
  return columns[column]!.number;
}

function idCases(name: string, { text }: ColumnExpression, textIsClean: boolean): Case[] {
  const control: Case = [`regexp_matches(${text}, '[\\x00-\\x1f]')`, `${name} holds a control character`];
  return [[`${text} IS NULL OR trim(${text}) = ''`, `${name} is missing`], ...(textIsClean ? [] : [control])];
}

function wholeCases(name: string, { text, number }: ColumnExpression, from: number, to: number): Case[] {
  return [
    [`${text} IS NULL OR trim(${text}) = ''`, `${name} is missing`],
    [`${number} IS NULL OR isnan(${number})`, `${name} is not a number`],
    [`${number} NOT BETWEEN ${from} AND ${to}`, `${name} is not between ${from} and ${to}`],
    [`${number} <> trunc(${number})`, `${name} is not a whole number`],
  ];
}

function quantityCases({ text, number }: ColumnExpression): Case[] {
  return [
    [`${text} IS NULL OR trim(${text}) = ''`, 'sales_qty is missing'],
    [`${number} IS NULL`, 'sales_qty is not a number'],
    [`isnan(${number}) OR isinf(${number})`, 'sales_qty is not finite'],
    [`${number} < 0`, 'sales_qty is negative'],
    [`${number} > ${largestQuantity}`, `sales_qty is above ${largestQuantity}`],
  ];
}

/** Value is optional: missing is fine, and returns may make it negative. */
function valueCases({ text, number }: ColumnExpression): Case[] {
  return [
    [`${number} IS NULL AND trim(${text}) <> ''`, 'sales_value is not a number'],
    [`isnan(${number}) OR isinf(${number})`, 'sales_value is not finite'],
    [`abs(${number}) > ${largestQuantity}`, `sales_value is above ${largestQuantity}`],
  ];
}
