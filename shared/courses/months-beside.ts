import { courseFit, courseParameters } from './course-fit.js';
import { monthsOfRows, type RetailerMonths } from './retailer-months.js';

/** What the retailers do month by month, and how much that counts beside another view of them. */
export interface MonthsBeside {
  readonly months: RetailerMonths;
  readonly weight: number;
}

/** Of the rows drawn, of all without any; undefined where the months tell nothing, or shall not. */
export function besideOf(
  beside: MonthsBeside | undefined,
  drawn: ArrayLike<number> | undefined,
): MonthsBeside | undefined {
  if (beside === undefined || beside.weight === 0) return undefined;
  const months = drawn ? monthsOfRows(beside.months, drawn) : beside.months;
  return Number.isFinite(oneCourse(months)) ? { ...beside, months } : undefined;
}

function oneCourse(months: RetailerMonths): number {
  return courseFit(months, new Int32Array(months.quantities.rows), 1);
}

/**
 * What clusters explain of the months, weighted, in nats a retailer: the log likelihood under their courses less what
 * BIC charges for these.
 */
export function explainedMonths(
  { months, weight }: MonthsBeside,
  labels: Int32Array,
  clusters: number,
): number {
  const rows = months.quantities.rows;
  const charge = (clusters * courseParameters * Math.log(rows)) / (2 * rows);
  return weight * (courseFit(months, labels, clusters) - charge);
}

/** By how much that is more than one course for everybody explains; 0 where it is not. */
export function monthsGain(beside: MonthsBeside, labels: Int32Array, clusters: number): number {
  const everybody = explainedMonths(beside, new Int32Array(labels.length), 1);
  return Math.max(0, explainedMonths(beside, labels, clusters) - everybody);
}
