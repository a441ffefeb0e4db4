import { SegmentsError } from '../../errors.js';
import { inverseCholesky, logDiagonal } from './cholesky.js';
import { type Mixture } from './mixture.js';

/**
 * Components whose log density is this far below the best are taken as impossible: exp(−40) is under half a unit
 * in the last place of the sum, so that the row's density keeps all its bits.
 */
const negligible = 40;

/** Evaluates a mixture row by row. Holds scratch space: one for each thread. */
export interface MixtureDensity {
  /**
   * Writes the k posterior probabilities of the row that begins at `data[offset]` into `posterior` and returns
   * its log density. `guess` is the component evaluated first: the nearer the truth, the faster; never another result.
   */
  evaluate(data: Float64Array, offset: number, posterior: Float64Array, guess: number): number;
  /** Squared Mahalanobis distance of the row to one component. */
  squaredDistance(component: number, data: Float64Array, offset: number): number;
}

type Distance = (component: number, data: Float64Array, offset: number, limit: number) => number;

/** Squared Mahalanobis distances, given up (Infinity) once above `limit`; and the log densities at the means. */
function fullDistance(mixture: Mixture, peaks: Float64Array): Distance {
  const d = mixture.means.columns;
  const k = mixture.weights.length;
  const means = mixture.means.data;
  const factors = new Float64Array(k * d * d);
  for (let c = 0; c < k; c++) {
    const factor = inverseCholesky(mixture.covariances, c * d * d, d);
    if (factor === undefined) {
      throw new SegmentsError(
        'InvalidMatrix',
        `The covariance of component ${c} of ${k} is not positive definite`,
        {
          where: 'mixture',
          remedy: 'Raise mixture.regularisation, or leave constant columns out.',
        },
      );
    }
    factors.set(factor, c * d * d);
    peaks[c] = peaks[c]! + logDiagonal(factor, d);
  }
  const difference = new Float64Array(d);
  return (component, data, offset, limit) => {
    const mean = component * d;
    let at = component * d * d;
    let distance = 0;
    for (let i = 0; i < d; i++, at += d) {
      difference[i] = data[offset + i]! - means[mean + i]!;
      let sum = 0;
      for (let j = 0; j <= i; j++) sum += factors[at + j]! * difference[j]!;
      distance += sum * sum;
      if (distance > limit) return Infinity;
    }
    return distance;
  };
}

function diagonalDistance(mixture: Mixture, peaks: Float64Array): Distance {
  const d = mixture.means.columns;
  const means = mixture.means.data;
  const precisions = mixture.covariances.map((variance) => 1 / variance);
  for (let at = 0; at < precisions.length; at++) {
    const c = Math.floor(at / d);
    peaks[c] = peaks[c]! + 0.5 * Math.log(precisions[at]!);
  }
  return (component, data, offset, limit) => {
    const mean = component * d;
    let distance = 0;
    for (let i = 0; i < d; i++) {
      const difference = data[offset + i]! - means[mean + i]!;
      distance += difference * difference * precisions[mean + i]!;
    }
    return distance > limit ? Infinity : distance;
  };
}

/** Prepares a mixture for evaluation: one Cholesky factorisation a component. */
export function mixtureDensity(mixture: Mixture): MixtureDensity {
  const k = mixture.weights.length;
  const d = mixture.means.columns;
  const peaks = new Float64Array(k);
  for (let c = 0; c < k; c++) peaks[c] = Math.log(mixture.weights[c]!) - 0.5 * d * Math.log(2 * Math.PI);
  const distanceTo =
    mixture.covariance === 'full' ? fullDistance(mixture, peaks) : diagonalDistance(mixture, peaks);

  return {
    squaredDistance: (component, data, offset) => distanceTo(component, data, offset, Infinity),
    evaluate(data, offset, posterior, guess) {
      let best = peaks[guess]! - 0.5 * distanceTo(guess, data, offset, Infinity);
      posterior[guess] = best;
      for (let c = 0; c < k; c++) {
        if (c === guess) continue;
        const limit = 2 * (peaks[c]! - best + negligible);
        const value = limit < 0 ? -Infinity : peaks[c]! - 0.5 * distanceTo(c, data, offset, limit);
        posterior[c] = value;
        if (value > best) best = value;
      }
      let sum = 0;
      for (let c = 0; c < k; c++) {
        const ratio = posterior[c]! < best - negligible ? 0 : Math.exp(posterior[c]! - best);
        posterior[c] = ratio;
        sum += ratio;
      }
      for (let c = 0; c < k; c++) posterior[c] = posterior[c]! / sum;
      return best + Math.log(sum);
    },
  };
}
