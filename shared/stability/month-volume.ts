import { z } from 'zod';
import { addMonths, type AsOfMonth } from '../contracts/as-of-month.js';

export const monthVolumeSchema = z.strictObject({
  /** Sales rows (retailer, product, month) of the as-of month. */
  rows: z.number().nonnegative(),
  /** Rows that the month could be expected to have: the lower of the median of the twelve months before it and the
   * same month a year before, so that a seasonal low is no alarm. */
  expected: z.number().positive(),
  ratio: z.number().nonnegative(),
});

export type MonthVolume = z.infer<typeof monthVolumeSchema>;

/** Months that it takes to know what is usual. */
const minMonthsKnown = 3;

/** How full the as-of month is beside its past, from rows by month; null where the past is too short to say. */
export function monthVolume(
  rowsOfMonth: ReadonlyMap<AsOfMonth, number>,
  asOf: AsOfMonth,
): MonthVolume | null {
  const past: number[] = [];
  for (let back = 1; back <= 12; back++) {
    const rows = rowsOfMonth.get(addMonths(asOf, -back));
    if (rows !== undefined) past.push(rows);
  }
  if (past.length < minMonthsKnown) return null;
  past.sort((a, b) => a - b);
  const middle = past.length >> 1;
  const median = past.length % 2 === 1 ? past[middle]! : (past[middle - 1]! + past[middle]!) / 2;
  const expected = Math.min(median, rowsOfMonth.get(addMonths(asOf, -12)) ?? Infinity);
  if (!(expected > 0)) return null;
  const rows = rowsOfMonth.get(asOf) ?? 0;
  return { rows, expected, ratio: rows / expected };
}
