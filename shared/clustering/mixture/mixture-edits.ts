import { type Matrix, zeros } from '../../numeric/matrix.js';
import { type CovarianceKind, covarianceLength, type Mixture } from './mixture.js';
import { addRow, emptyStatistics, maximise } from './sufficient-statistics.js';

/** One M-step from given responsibilities, n × k. */
export function mixtureOfResponsibilities(
  input: Matrix,
  responsibilities: Matrix,
  kind: CovarianceKind,
  options: { readonly regularisation: number; readonly shrinkage?: number },
): Mixture {
  const { data, rows, columns: d } = input;
  const k = responsibilities.columns;
  const centres = zeros(k, d);
  const counts = new Float64Array(k);
  for (let i = 0; i < rows; i++) {
    for (let c = 0; c < k; c++) {
      const share = responsibilities.data[i * k + c]!;
      if (share === 0) continue;
      counts[c] = counts[c]! + share;
      for (let j = 0; j < d; j++)
        centres.data[c * d + j] = centres.data[c * d + j]! + share * data[i * d + j]!;
    }
  }
  for (let at = 0; at < centres.data.length; at++) {
    centres.data[at] = centres.data[at]! / Math.max(counts[Math.floor(at / d)]!, Number.EPSILON);
  }
  const statistics = emptyStatistics(kind, centres.data, d);
  const scratch = new Float64Array(d);
  for (let i = 0; i < rows; i++) {
    for (let c = 0; c < k; c++) {
      const share = responsibilities.data[i * k + c]!;
      if (share > 0) addRow(statistics, c, data, i * d, share, scratch);
    }
  }
  return maximise(statistics, options.regularisation, options.shrinkage);
}

/** The mixture without component `c`, the weights of the others scaled up. */
export function withoutComponent(mixture: Mixture, c: number): Mixture {
  const k = mixture.weights.length;
  const d = mixture.means.columns;
  const size = covarianceLength(mixture.covariance, d);
  const kept = Array.from({ length: k }, (_, at) => at).filter((at) => at !== c);
  const total = kept.reduce((sum, at) => sum + mixture.weights[at]!, 0);
  const means = zeros(k - 1, d);
  const covariances = new Float64Array((k - 1) * size);
  kept.forEach((from, to) => {
    means.data.set(mixture.means.data.subarray(from * d, (from + 1) * d), to * d);
    covariances.set(mixture.covariances.subarray(from * size, (from + 1) * size), to * size);
  });
  const weights = Float64Array.from(kept, (at) => mixture.weights[at]! / total);
  return { covariance: mixture.covariance, weights, means, covariances };
}
