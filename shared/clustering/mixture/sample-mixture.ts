import { type Matrix, zeros } from '../../numeric/matrix.js';
import { type SeededRandom } from '../../numeric/seeded-random.js';
import { inverseCholesky } from './cholesky.js';
import { type Mixture } from './mixture.js';

/** Rows drawn from the mixture itself: what its training data would look like if it were wholly right. */
export function sampleMixture(mixture: Mixture, rows: number, random: SeededRandom): Matrix {
  const { weights, means, covariances, covariance } = mixture;
  const [k, d] = [weights.length, means.columns];
  const factors = Array.from({ length: k }, (_, c) =>
    covariance === 'full' ? inverseCholesky(covariances, c * d * d, d)! : undefined,
  );
  const sample = zeros(rows, d);
  for (let i = 0; i < rows; i++) {
    let left = random.uniform();
    let c = 0;
    while (c < k - 1 && left >= weights[c]!) left -= weights[c++]!;
    const out = sample.data.subarray(i * d, (i + 1) * d);
    const inverse = factors[c];
    for (let a = 0; a < d; a++) {
      const z = random.normal();
      if (inverse === undefined) {
        out[a] = z * Math.sqrt(covariances[c * d + a]!);
        continue;
      }
      // Solves L⁻¹ x = z from the top.
      let sum = z;
      for (let b = 0; b < a; b++) sum -= inverse[a * d + b]! * out[b]!;
      out[a] = sum / inverse[a * d + a]!;
    }
    for (let a = 0; a < d; a++) out[a] = out[a]! + means.data[c * d + a]!;
  }
  return sample;
}
