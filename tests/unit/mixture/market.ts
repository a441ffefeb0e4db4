import { type Matrix, zeros } from '../../../shared/numeric/matrix.js';
import { seededRandom } from '../../../shared/numeric/seeded-random.js';

/** Gaussian blobs with planted labels: `spread` is the distance scale of their centres, noise has sd 1. */
export function blobs(
  n: number,
  d: number,
  k: number,
  spread: number,
  seed: number,
): { input: Matrix; truth: Int32Array; centres: Matrix } {
  const random = seededRandom(seed, 'blobs');
  const centres = zeros(k, d);
  centres.data.forEach((_, at) => (centres.data[at] = spread * random.normal()));
  const input = zeros(n, d);
  const truth = Int32Array.from({ length: n }, () => random.integer(k));
  truth.forEach((c, i) => {
    for (let j = 0; j < d; j++) input.data[i * d + j] = centres.data[c * d + j]! + random.normal();
  });
  return { input, truth, centres };
}
