import { type Matrix } from '../numeric/matrix.js';
import { inverseCholesky } from './mixture/cholesky.js';

/** Added to every variance, as a share of their mean and at least: a flat cluster, or equal rows, keep a density. */
const ridge = 1e-6;
const leastVariance = 1e-12;

/**
 * Mean, covariance shrunk towards a sphere by the oracle approximating rule (Chen, Wiesel, Eldar, Hero 2010,
 * eq. 23), and Mahalanobis distances under it, of the given rows.
 */
export function clusterCovariance(
  input: Matrix,
  rows: readonly number[],
): { mean: Float64Array; covariance: Float64Array; distances: Float64Array } {
  const { data, columns: d } = input;
  const n = rows.length;
  const mean = new Float64Array(d);
  for (const i of rows) for (let j = 0; j < d; j++) mean[j] = mean[j]! + data[i * d + j]! / n;
  const covariance = new Float64Array(d * d);
  const difference = new Float64Array(d);
  for (const r of rows) {
    for (let i = 0; i < d; i++) difference[i] = data[r * d + i]! - mean[i]!;
    for (let i = 0; i < d; i++) {
      for (let j = 0; j <= i; j++)
        covariance[i * d + j] = covariance[i * d + j]! + (difference[i]! * difference[j]!) / n;
    }
  }
  let trace = 0;
  let traceOfSquare = 0;
  for (let i = 0; i < d; i++) {
    trace += covariance[i * d + i]!;
    for (let j = 0; j <= i; j++) {
      traceOfSquare += (i === j ? 1 : 2) * covariance[i * d + j]! * covariance[i * d + j]!;
    }
  }
  const room = (n + 1 - 2 / d) * (traceOfSquare - (trace * trace) / d);
  const shrinkage = room > 0 ? Math.min(1, ((1 - 2 / d) * traceOfSquare + trace * trace) / room) : 1;
  const sphere = trace / d;
  for (let i = 0; i < d; i++) {
    for (let j = 0; j <= i; j++) {
      const value = (1 - shrinkage) * covariance[i * d + j]! + (i === j ? shrinkage * sphere : 0);
      covariance[i * d + j] = value;
      covariance[j * d + i] = value;
    }
    covariance[i * d + i] = covariance[i * d + i]! + Math.max(ridge * sphere, leastVariance);
  }
  return { mean, covariance, distances: mahalanobis(input, rows, mean, covariance) };
}

function mahalanobis(
  input: Matrix,
  rows: readonly number[],
  mean: Float64Array,
  covariance: Float64Array,
): Float64Array {
  const { data, columns: d } = input;
  const factor = inverseCholesky(covariance, 0, d);
  return Float64Array.from(rows, (r) => {
    if (factor === undefined) return 0;
    let distance = 0;
    for (let i = 0; i < d; i++) {
      let sum = 0;
      for (let j = 0; j <= i; j++) sum += factor[i * d + j]! * (data[r * d + j]! - mean[j]!);
      distance += sum * sum;
    }
    return Math.sqrt(distance);
  });
}
