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
  const everybody = new Int32Array(months.quantities.rows);
  return Number.isFinite(courseFit(months, everybody, 1)) ? { ...beside, months } : undefined;
}

/** What clusters explain of the months, in nats a retailer: the log likelihood under their courses less what BIC charges for these. */
export function explainedMonths(months: RetailerMonths, labels: Int32Array, clusters: number): number {
  const rows = months.quantities.rows;
  const charge = (clusters * courseParameters * Math.log(rows)) / (2 * rows);
  return courseFit(months, labels, clusters) - charge;
}

/** By how much that is more, weighted, than one course for everybody explains; 0 where it is not. */
export function monthsGain({
  months,
  weight,
}: MonthsBeside): (labels: Int32Array, clusters: number) => number {
  const everybody = explainedMonths(months, new Int32Array(months.quantities.rows), 1);
  return (labels, clusters) => weight * Math.max(0, explainedMonths(months, labels, clusters) - everybody);
}
