import { zeros } from '../../numeric/matrix.js';
import { type CovarianceKind, covarianceLength, type Mixture } from './mixture.js';

/**
 * What the M-step needs, summed over rows. First and second moments are taken about given centres (the means of
 * the step before), so that no digits are lost where clusters lie far from the origin.
 */
export interface SufficientStatistics {
  readonly covariance: CovarianceKind;
  readonly columns: number;
  /** k × d. */
  readonly centres: Float64Array;
  /** k: summed responsibilities. */
  readonly counts: Float64Array;
  /** k × d: Σ r (x − centre). */
  readonly first: Float64Array;
  /** Σ r (x − centre)(x − centre)ᵀ: lower triangles where full, diagonals where diagonal. */
  readonly second: Float64Array;
}

export function emptyStatistics(
  kind: CovarianceKind,
  centres: Float64Array,
  columns: number,
): SufficientStatistics {
  const k = centres.length / columns;
  return {
    covariance: kind,
    columns,
    centres,
    counts: new Float64Array(k),
    first: new Float64Array(k * columns),
    second: new Float64Array(k * covarianceLength(kind, columns)),
  };
}

/** Adds the row at `data[offset]` with weight `responsibility` to component `c`. `scratch` holds d numbers. */
export function addRow(
  statistics: SufficientStatistics,
  c: number,
  data: Float64Array,
  offset: number,
  responsibility: number,
  scratch: Float64Array,
): void {
  const { columns: d, centres, first, second } = statistics;
  const mean = c * d;
  statistics.counts[c] = statistics.counts[c]! + responsibility;
  if (statistics.covariance === 'diagonal') {
    for (let i = 0; i < d; i++) {
      const difference = data[offset + i]! - centres[mean + i]!;
      first[mean + i] = first[mean + i]! + responsibility * difference;
      second[mean + i] = second[mean + i]! + responsibility * difference * difference;
    }
    return;
  }
  let at = c * d * d;
  for (let i = 0; i < d; i++, at += d) {
    const difference = data[offset + i]! - centres[mean + i]!;
    scratch[i] = difference;
    const weighted = responsibility * difference;
    first[mean + i] = first[mean + i]! + weighted;
    for (let j = 0; j <= i; j++) second[at + j] = second[at + j]! + weighted * scratch[j]!;
  }
}

/** Moves each covariance the share `shrinkage` of the way to their average, weighted by component. */
function shrinkToPooled(covariances: Float64Array, weights: Float64Array, shrinkage: number): void {
  const size = covariances.length / weights.length;
  for (let at = 0; at < size; at++) {
    let pooled = 0;
    for (let c = 0; c < weights.length; c++) pooled += weights[c]! * covariances[c * size + at]!;
    for (let c = 0; c < weights.length; c++) {
      covariances[c * size + at] = (1 - shrinkage) * covariances[c * size + at]! + shrinkage * pooled;
    }
  }
}

/**
 * The M-step: the parameters that the statistics make most likely, `regularisation` added to every variance, then
 * each covariance shrunk towards their average (Friedman 1989). With `shrinkage` 0 the step is scikit-learn's.
 */
export function maximise(statistics: SufficientStatistics, regularisation: number, shrinkage = 0): Mixture {
  const { columns: d, covariance, centres, first, second } = statistics;
  const k = statistics.counts.length;
  const size = covarianceLength(covariance, d);
  // As scikit-learn: a component that lost all its rows stays finite.
  const counts = statistics.counts.map((count) => count + 10 * Number.EPSILON);
  const means = zeros(k, d);
  const covariances = new Float64Array(k * size);
  const shift = new Float64Array(d);
  let total = 0;
  for (let c = 0; c < k; c++) {
    const count = counts[c]!;
    total += count;
    for (let i = 0; i < d; i++) {
      shift[i] = first[c * d + i]! / count;
      means.data[c * d + i] = centres[c * d + i]! + shift[i]!;
    }
    const base = c * size;
    for (let i = 0; i < d; i++) {
      if (covariance === 'diagonal') {
        covariances[base + i] =
          Math.max(0, second[base + i]! / count - shift[i]! * shift[i]!) + regularisation;
        continue;
      }
      for (let j = 0; j <= i; j++) {
        const value = second[base + i * d + j]! / count - shift[i]! * shift[j]!;
        covariances[base + i * d + j] = value;
        covariances[base + j * d + i] = value;
      }
      covariances[base + i * d + i] = Math.max(0, covariances[base + i * d + i]!) + regularisation;
    }
  }
  const weights = counts.map((count) => count / total);
  if (shrinkage > 0) shrinkToPooled(covariances, weights, shrinkage);
  return { covariance, weights, means, covariances };
}
