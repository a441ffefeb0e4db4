import { courseEvidence } from './course-evidence.js';
import { fitCourses, type FittedCourses } from './fit-courses.js';
import { logSumExp } from './log-sum-exp.js';
import { type RetailerMonths } from './retailer-months.js';
import { bands, type SegmentCourse } from './segment-course.js';

/** Numbers in one course: three years of twelve, the bands of breadth, and seven that stand alone. */
export const courseParameters = 3 * 12 + bands + 7;

const spreads = ['levelVariance', 'noise', 'breadthBetween', 'breadthWithin', 'activitySd'] as const;

/**
 * Courses whose spreads are those of the market. Else a cluster of retailers that all sell everything, whose breadth
 * therefore hardly varies, would explain its months better than any behaviour does.
 */
function withCommonSpread(fitted: FittedCourses): FittedCourses {
  const known = fitted.courses.filter((course) => course !== null);
  const total = known.reduce((sum, { weight }) => sum + weight, 0);
  const mean = (value: (course: SegmentCourse) => number): number =>
    known.reduce((sum, course) => sum + course.weight * value(course), 0) / total;
  const common = {
    ...Object.fromEntries(spreads.map((name) => [name, mean((course) => course[name])])),
    seasonVariance: Array.from({ length: 12 }, (_, m) => mean((course) => course.seasonVariance[m]!)),
  };
  return { ...fitted, courses: fitted.courses.map((course) => course && { ...course, ...common }) };
}

/**
 * How well clusters explain what retailers do month by month: mean log likelihood of a retailer's months under the
 * mixture of the clusters' courses. −∞ where no cluster has one.
 */
export function courseFit(months: RetailerMonths, labels: Int32Array, clusters: number): number {
  const fitted = withCommonSpread(fitCourses(months, labels, clusters));
  const evidence = courseEvidence(months, fitted);
  const logs = new Float64Array(clusters);
  const weights = fitted.courses.map((course) => (course === null ? -Infinity : Math.log(course.weight)));
  let sum = 0;
  for (let i = 0; i < months.quantities.rows; i++) {
    evidence.likelihoods(i, logs);
    sum += logSumExp(logs.map((log, c) => (Number.isNaN(log) ? -Infinity : weights[c]! + log)));
  }
  return sum / months.quantities.rows;
}
