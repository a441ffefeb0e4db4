import { type Matrix, zeros } from '../numeric/matrix.js';
import { courseEvidence } from './course-evidence.js';
import { fitCourses, type FittedCourses } from './fit-courses.js';
import { logSumExp } from './log-sum-exp.js';
import { type RetailerMonths } from './retailer-months.js';

/** Courses are fitted to the labels that they lead to, so often: a third time changed the ARI to planted truths by 0.01 at most. */
const rounds = 2;
/** Where the view by features follows too: ARI from 0.794 to 0.900, 0.912 and 0.916 in two, three and four rounds (docs/stability.md). */
const roundsWithRefit = 3;
/** A cluster that the features rule out altogether can still be reached: log of the least probability that they count for. */
const leastLogProbability = Math.log(1e-12);

/**
 * Probabilities by features (n × k, rows sum to 1) once the retailers' own months have spoken: p ∝ feature posterior ×
 * (likelihood of the months under the cluster's course)^weight. Months know what features cannot: that the
 * retailer is small and its season therefore uncertain. The weight is below 1 since features are made of the same months. A
 * cluster without a course counts like the market's average.
 */
export function posteriorByCourses(
  posterior: Matrix,
  months: RetailerMonths,
  courses: FittedCourses,
  weight: number,
): Matrix {
  const k = posterior.columns;
  const result = zeros(posterior.rows, k);
  const evidence = courseEvidence(months, courses);
  const logs = new Float64Array(k);
  const usual = courses.courses.map((course) => (course === null ? -Infinity : Math.log(course.weight)));
  for (let i = 0; i < posterior.rows; i++) {
    evidence.likelihoods(i, logs);
    const average = logSumExp(logs.map((log, c) => (Number.isNaN(log) ? -Infinity : usual[c]! + log)));
    for (let c = 0; c < k; c++) {
      const own = Number.isNaN(logs[c]!) ? average : logs[c]!;
      const byFeatures = Math.max(leastLogProbability, Math.log(posterior.data[i * k + c]!));
      logs[c] = byFeatures + (Number.isFinite(own) ? weight * own : 0);
    }
    const total = logSumExp(logs);
    for (let c = 0; c < k; c++) result.data[i * k + c] = Math.exp(logs[c]! - total);
  }
  return result;
}

/** Most likely cluster of each retailer; noise (−1 in `labels`) stays noise. */
export function mostLikelyBeside(labels: Int32Array, { data, columns: k }: Matrix): Int32Array {
  return labels.map((label, i) => {
    if (label < 0) return label;
    const row = data.subarray(i * k, (i + 1) * k);
    return row.indexOf(row.reduce((most, value) => Math.max(most, value), 0));
  });
}

export interface CourseLabels {
  readonly labels: Int32Array;
  readonly posterior: Matrix;
  /** By which both come from the posterior by features: `posteriorByCourses` gives the same for the same retailer. */
  readonly courses: FittedCourses;
  /** Labels that the courses, and the last `refit`, were fitted to. */
  readonly fittedTo: Int32Array;
}

/** Fits each cluster's course to its retailers and asks their months where they belong; then once more. */
export function labelByCourses(input: {
  readonly months: RetailerMonths;
  /** A retailer each, by features, −1 noise. */
  readonly labels: Int32Array;
  /** n × k, by features. */
  readonly posterior: Matrix;
  readonly weight: number;
  /** The posterior by features of other labels, where it follows these. */
  readonly refit?: ((labels: Int32Array) => Matrix) | undefined;
}): CourseLabels {
  const { months, weight, refit } = input;
  let found: CourseLabels | undefined;
  for (let round = 0; round < (refit ? roundsWithRefit : rounds); round++) {
    const fittedTo = found?.labels ?? input.labels;
    const byFeatures = found && refit ? refit(fittedTo) : input.posterior;
    const courses = fitCourses(months, fittedTo, byFeatures.columns);
    const posterior = posteriorByCourses(byFeatures, months, courses, weight);
    found = { labels: mostLikelyBeside(input.labels, posterior), posterior, courses, fittedTo };
  }
  return found!;
}
