import { z } from 'zod';

/** `YYYY-MM`: the last month that a run may see. */
export const asOfMonthSchema = z
  .string()
  .regex(/^\d{4}-(0[1-9]|1[0-2])$/, { error: 'expected a month as YYYY-MM, for example 2017-12' });

export type AsOfMonth = z.infer<typeof asOfMonthSchema>;

/** Months since year 0: consecutive months differ by one, so that arithmetic on months is arithmetic on integers. */
export function monthIndex(asOf: AsOfMonth): number {
  return Number(asOf.slice(0, 4)) * 12 + Number(asOf.slice(5, 7)) - 1;
}

/** The inverse of `monthIndex`. */
export function monthOfIndex(index: number): AsOfMonth {
  const year = Math.floor(index / 12);
  return `${String(year).padStart(4, '0')}-${String((index % 12) + 1).padStart(2, '0')}`;
}

/** The month `count` months later (earlier where negative). */
export function addMonths(asOf: AsOfMonth, count: number): AsOfMonth {
  return monthOfIndex(monthIndex(asOf) + count);
}

/** Every month from `from` to `to`, both included, in order; empty where `from` is after `to`. */
export function monthRange(from: AsOfMonth, to: AsOfMonth): AsOfMonth[] {
  const months: AsOfMonth[] = [];
  for (let index = monthIndex(from); index <= monthIndex(to); index++) months.push(monthOfIndex(index));
  return months;
}

/** The month before the one that `time` lies in, in UTC: what a run that a Schedule meant for `time` is about. */
export function monthBefore(time: Date): AsOfMonth {
  return monthOfIndex(time.getUTCFullYear() * 12 + time.getUTCMonth() - 1);
}
