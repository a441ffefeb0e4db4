import { type Matrix } from '../numeric/matrix.js';
import { seededRandom } from '../numeric/seeded-random.js';

/** Retailers on which the silhouette is measured: its cost is quadratic. */
const maxSample = 2000;

/** Rows 0…n−1, or `maxSample` of them by the seed alone, ascending. */
function fixedSample(rows: number, seed: number): Int32Array {
  const all = Int32Array.from({ length: rows }, (_, i) => i);
  if (rows <= maxSample) return all;
  return seededRandom(seed, 'silhouette').shuffle(all).slice(0, maxSample).sort();
}

/**
 * Mean silhouette width (Rousseeuw 1987) over a fixed sample, Euclidean, −1 to 1. Noise and clusters of one count 0,
 * so that a method cannot shine by leaving the hard retailers out. null with fewer than two clusters in the sample.
 */
export function silhouette(input: Matrix, labels: Int32Array, seed: number): number | null {
  const { data, columns: d } = input;
  const sample = fixedSample(input.rows, seed);
  let k = 0;
  for (const i of sample) k = Math.max(k, labels[i]! + 1);
  const sizes = new Float64Array(k);
  for (const i of sample) if (labels[i]! >= 0) sizes[labels[i]!] = sizes[labels[i]!]! + 1;
  if (sizes.filter((size) => size > 0).length < 2) return null;
  let total = 0;
  const sums = new Float64Array(k);
  for (const i of sample) {
    const own = labels[i]!;
    if (own < 0 || sizes[own]! < 2) continue;
    sums.fill(0);
    for (const j of sample) {
      if (labels[j]! < 0) continue;
      let square = 0;
      for (let m = 0; m < d; m++) {
        const difference = data[i * d + m]! - data[j * d + m]!;
        square += difference * difference;
      }
      sums[labels[j]!] = sums[labels[j]!]! + Math.sqrt(square);
    }
    const within = sums[own]! / (sizes[own]! - 1);
    let between = Infinity;
    for (let c = 0; c < k; c++)
      if (c !== own && sizes[c]! > 0) between = Math.min(between, sums[c]! / sizes[c]!);
    const widest = Math.max(within, between);
    if (widest > 0) total += (between - within) / widest;
  }
  return total / sample.length;
}
