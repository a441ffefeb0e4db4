import { type Matrix } from '../../numeric/matrix.js';
import { type SeededRandom } from '../../numeric/seeded-random.js';
import { type CovarianceKind, type Mixture } from './mixture.js';
import { addRow, emptyStatistics, maximise } from './sufficient-statistics.js';

function squaredDistance(
  a: Float64Array,
  aOffset: number,
  b: Float64Array,
  bOffset: number,
  d: number,
): number {
  let sum = 0;
  for (let i = 0; i < d; i++) {
    const difference = a[aOffset + i]! - b[bOffset + i]!;
    sum += difference * difference;
  }
  return sum;
}

/** k-means++ (Arthur, Vassilvitskii 2007): k rows, each drawn by its squared distance to those drawn before. */
export function kmeansPlusPlus(input: Matrix, k: number, random: SeededRandom): Float64Array {
  const { data, rows, columns: d } = input;
  const centres = new Float64Array(k * d);
  const nearest = new Float64Array(rows).fill(Infinity);
  let chosen = random.integer(rows);
  for (let c = 0; c < k; c++) {
    centres.set(data.subarray(chosen * d, (chosen + 1) * d), c * d);
    let total = 0;
    for (let i = 0; i < rows; i++) {
      nearest[i] = Math.min(nearest[i]!, squaredDistance(data, i * d, centres, c * d, d));
      total += nearest[i]!;
    }
    let left = random.uniform() * total;
    chosen = rows - 1;
    for (let i = 0; i < rows; i++) {
      left -= nearest[i]!;
      if (left < 0) {
        chosen = i;
        break;
      }
    }
  }
  return centres;
}

/** Lloyd's iterations, `rounds` at most; a centre without rows moves to the row farthest from its own centre. */
export function lloyd(input: Matrix, centres: Float64Array, rounds: number): Int32Array {
  const { data, rows, columns: d } = input;
  const k = centres.length / d;
  const labels = new Int32Array(rows).fill(-1);
  for (let round = 0; ; round++) {
    let moved = false;
    let farthest = 0;
    let farthestDistance = -1;
    const counts = new Int32Array(k);
    const sums = new Float64Array(k * d);
    for (let i = 0; i < rows; i++) {
      let best = 0;
      let bestDistance = Infinity;
      for (let c = 0; c < k; c++) {
        const distance = squaredDistance(data, i * d, centres, c * d, d);
        if (distance < bestDistance) {
          best = c;
          bestDistance = distance;
        }
      }
      if (labels[i] !== best) moved = true;
      labels[i] = best;
      counts[best] = counts[best]! + 1;
      for (let j = 0; j < d; j++) sums[best * d + j] = sums[best * d + j]! + data[i * d + j]!;
      if (bestDistance > farthestDistance) {
        farthest = i;
        farthestDistance = bestDistance;
      }
    }
    if (!moved || round === rounds) return labels;
    for (let c = 0; c < k; c++) {
      for (let j = 0; j < d; j++) {
        const at = c * d + j;
        centres[at] = counts[c]! > 0 ? sums[at]! / counts[c]! : data[farthest * d + j]!;
      }
    }
  }
}

/** The mixture whose components are the given groups of rows (labels 0…k−1; others are left out). */
export function mixtureOfLabels(
  input: Matrix,
  labels: Int32Array,
  k: number,
  kind: CovarianceKind,
  regularisation: number,
): Mixture {
  const { data, rows, columns: d } = input;
  const sums = new Float64Array(k * d);
  const counts = new Float64Array(k);
  for (let i = 0; i < rows; i++) {
    const c = labels[i]!;
    if (c < 0) continue;
    counts[c] = counts[c]! + 1;
    for (let j = 0; j < d; j++) sums[c * d + j] = sums[c * d + j]! + data[i * d + j]!;
  }
  const centres = sums.map((sum, at) => sum / Math.max(1, counts[Math.floor(at / d)]!));
  const statistics = emptyStatistics(kind, centres, d);
  const scratch = new Float64Array(d);
  for (let i = 0; i < rows; i++) if (labels[i]! >= 0) addRow(statistics, labels[i]!, data, i * d, 1, scratch);
  return maximise(statistics, regularisation);
}
