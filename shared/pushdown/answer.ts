import { monthColumnNames } from '../features/months-sql.js';
import { countColumns, measureColumns } from './retailers-table.js';

export interface AnswerColumn {
  readonly name: string;
  readonly type: 'text' | 'integer' | 'double';
}

/** Refused rows of each reason that leave the warehouse; all are counted. */
export const refusedKept = 100;

/**
 * The columns of a warehouse's answer, for a window of so many months. By `kind` a row is
 * - `retailer`: `name` its ID, and the columns of `retailers.parquet`, its months (months-sql.ts) among them;
 * - `rows`: how many (`amount`) rows have a reason (`name`, missing: used) and a month (`first_period`, missing: none that can be read);
 * - `sales`: how many sales, a retailer and product each, a month (`first_period`) has;
 * - `refused`: a row (`detail`) that was refused for a reason (`name`), in its place (`amount`) among those of that reason.
 */
export function answerColumns(windowMonths: number): AnswerColumn[] {
  return [
    { name: 'kind', type: 'text' },
    { name: 'name', type: 'text' },
    { name: 'detail', type: 'text' },
    { name: 'amount', type: 'integer' },
    ...countColumns.map((name): AnswerColumn => ({ name, type: 'integer' })),
    ...[...measureColumns, ...monthColumnNames(windowMonths)].map((name): AnswerColumn => ({
      name,
      type: 'double',
    })),
  ];
}
