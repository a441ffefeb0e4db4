import { quantileOfSorted } from '../clustering/mixture/quantile.js';

/** Quantile bins of the earlier sample. */
const bins = 10;
/** Added to every bin, so that an empty one is not infinitely surprising. */
const smoothing = 0.5;

/** A value lies past a cut where it is greater, or, where `inclusive`, equal. */
interface Cut {
  readonly value: number;
  readonly inclusive: boolean;
}

/** Decile cuts. A value that two or more deciles share (many ties) gets a bin of its own. */
function cutsOf(sorted: Float64Array): Cut[] {
  const cuts: Cut[] = [];
  if (sorted.length === 0) return cuts;
  let last: number | undefined;
  let repeated = false;
  for (let b = 1; b < bins; b++) {
    const value = quantileOfSorted(sorted, b / bins);
    if (value !== last) {
      cuts.push({ value, inclusive: false });
      repeated = false;
    } else if (!repeated) {
      cuts.splice(cuts.length - 1, 0, { value, inclusive: true });
      repeated = true;
    }
    last = value;
  }
  return cuts;
}

/** Counts a bin, the missing (NaN) last. */
function countBins(values: Float64Array, cuts: readonly Cut[]): Float64Array {
  const counts = new Float64Array(cuts.length + 2);
  for (const value of values) {
    let bin = cuts.length + 1;
    if (!Number.isNaN(value)) {
      bin = 0;
      while (
        bin < cuts.length &&
        (cuts[bin]!.inclusive ? value >= cuts[bin]!.value : value > cuts[bin]!.value)
      )
        bin++;
    }
    counts[bin] = counts[bin]! + 1;
  }
  return counts;
}

/**
 * Population stability index of one feature, Σ (p − q) ln(p / q) over the deciles of `before` and one bin for missing
 * values (NaN): under 0.1 little, above 0.25 a large shift by the usual reading. null where either is empty.
 */
export function populationStabilityIndex(before: Float64Array, after: Float64Array): number | null {
  if (before.length === 0 || after.length === 0) return null;
  const cuts = cutsOf(before.filter((value) => !Number.isNaN(value)).sort());
  const old = countBins(before, cuts);
  const now = countBins(after, cuts);
  const used = old.map((count, bin) => (count + now[bin]! > 0 ? 1 : 0));
  const usedBins = used.reduce((sum, one) => sum + one, 0);
  let index = 0;
  for (let bin = 0; bin < used.length; bin++) {
    if (used[bin] === 0) continue;
    const p = (old[bin]! + smoothing) / (before.length + smoothing * usedBins);
    const q = (now[bin]! + smoothing) / (after.length + smoothing * usedBins);
    index += (q - p) * Math.log(q / p);
  }
  return index;
}
