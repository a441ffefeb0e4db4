import { adjustedRandIndex } from '../../dist/shared/stability/adjusted-rand-index.js';
import { contingency } from '../../dist/shared/stability/contingency.js';

/** ARI of labels to the planted behaviours, on retailers that have one; each retailer in noise a cluster of its own. */
export function truthAri(labels, truth) {
  const rows = [...truth.keys()].filter((i) => truth[i] >= 0);
  let next = 1 + labels.reduce((most, label) => Math.max(most, label), 0);
  return adjustedRandIndex(
    contingency(
      Int32Array.from(rows, (i) => truth[i]),
      Int32Array.from(rows, (i) => (labels[i] < 0 ? next++ : labels[i])),
    ),
  );
}

/** Segment IDs as numbers, −1 noise. */
export const numbersOf = (segmentIds) =>
  Int32Array.from(segmentIds, (id) => (id === null ? -1 : Number(id.slice(1))));

export const median = (values) => {
  const sorted = values.filter((value) => value !== null && !Number.isNaN(value)).sort((a, b) => a - b);
  if (sorted.length === 0) return NaN;
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};
