import { type AsOfMonth, monthIndex, monthRange } from '../contracts/as-of-month.js';
import { type MarketOptions } from './options.js';

/** The market's months, counted from 0, and which retailers open in each. */
export interface Calendar {
  readonly months: readonly AsOfMonth[];
  /** Calendar month of month 0, January 0. */
  readonly firstCalendarMonth: number;
  /** Number of a month of the market; undefined stays undefined. */
  offsetOf(month: AsOfMonth | undefined): number | undefined;
  /** All retailers that open up to the last month. */
  readonly retailerCount: number;
  /** Retailers are numbered in the order of their opening, so that a longer market only adds to a shorter one's. */
  openedAt(retailer: number): number;
  /** Whether the retailer is one of those that bring a new behaviour with them. */
  opensEmerging(retailer: number): boolean;
}

export function createCalendar(options: MarketOptions): Calendar {
  const months = monthRange(options.from, options.to);
  const offsetOf = (month: AsOfMonth | undefined): number | undefined =>
    month === undefined ? undefined : monthIndex(month) - monthIndex(options.from);

  const usual = Math.round(options.openings * options.retailers);
  const { emerge } = options;
  const emergingAt = emerge?.by === 'openings' ? offsetOf(emerge.month) : undefined;
  const emerging = emergingAt === undefined ? 0 : Math.round(emerge!.share * options.retailers);

  // Where each month's new shops begin; the emerging ones come last in their month.
  const beginnings: number[] = [0];
  let total = options.retailers;
  for (let offset = 1; offset < months.length; offset++) {
    beginnings.push(total);
    total += usual + (offset === emergingAt ? emerging : 0);
  }

  const openedAt = (retailer: number): number => {
    let offset = beginnings.length - 1;
    while (beginnings[offset]! > retailer) offset--;
    return offset;
  };
  return {
    months,
    firstCalendarMonth: monthIndex(options.from) % 12,
    offsetOf,
    retailerCount: total,
    openedAt,
    opensEmerging(retailer) {
      if (emergingAt === undefined) return false;
      const first = beginnings[emergingAt]! + usual;
      return retailer >= first && retailer < first + emerging;
    },
  };
}
