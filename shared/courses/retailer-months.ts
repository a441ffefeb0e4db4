import { gatherRows, type Matrix } from '../numeric/matrix.js';

/** Retailers month by month: a row a retailer, a column a month, the as-of month last. */
export interface RetailerMonths {
  /** Month index of the last column. */
  readonly lastPeriod: number;
  /** Units sold; 0 in a month without sales, NaN before the retailer's first sale. */
  readonly quantities: Matrix;
  /** Distinct products, likewise. */
  readonly products: Matrix;
}

/** Some retailers, in the order given. */
export function monthsOfRows(months: RetailerMonths, rows: ArrayLike<number>): RetailerMonths {
  const { lastPeriod, quantities, products } = months;
  return { lastPeriod, quantities: gatherRows(quantities, rows), products: gatherRows(products, rows) };
}

/** January is 0. */
export function calendarMonthOf(period: number): number {
  return ((period % 12) + 12) % 12;
}

/** Column of a retailer's first month; the number of columns where it has none. */
export function firstColumn({ quantities }: RetailerMonths, i: number): number {
  const { data, columns } = quantities;
  let first = 0;
  while (first < columns && Number.isNaN(data[i * columns + first]!)) first++;
  return first;
}
