import { quantileOfSorted } from '../../clustering/mixture/quantile.js';
import { type FeatureDrift, type NamedFeatures } from '../../stability/feature-drift.js';

/** One feature over all retailers of two runs, in the same bins. */
export interface FeatureHistogram {
  readonly feature: string;
  /** Where the first bin begins and the last one ends; what lies beyond is counted in them. */
  readonly low: number;
  readonly high: number;
  /** Retailers by bin, of equal width; those without a value are left out. */
  readonly before: readonly number[];
  readonly now: readonly number[];
}

const bins = 24;
/** Features shown: those that drifted most. */
const shown = 6;
/** Share of values on either side that the axis does not reach: one far away must not flatten all others. */
const tail = 0.005;

/** The features of the model that drifted most, by their stability index, before and now. */
export function featureHistograms(
  drift: readonly FeatureDrift[],
  before: NamedFeatures,
  now: NamedFeatures,
): FeatureHistogram[] {
  return drift
    .filter(({ inModel, psi }) => inModel && psi !== null)
    .sort((a, b) => b.psi! - a.psi! || (a.feature < b.feature ? -1 : 1))
    .slice(0, shown)
    .flatMap(({ feature }) => {
      const old = knownValues(before, feature);
      const values = knownValues(now, feature);
      if (old.length === 0 || values.length === 0) return [];
      const [low, high] = rangeOf(old, values);
      if (!(high > low)) return [];
      return [{ feature, low, high, before: count(old, low, high), now: count(values, low, high) }];
    });
}

function knownValues({ names, values }: NamedFeatures, feature: string): Float64Array {
  const j = names.indexOf(feature);
  if (j < 0) return new Float64Array();
  return Float64Array.from({ length: values.rows }, (_, i) => values.data[i * values.columns + j]!).filter(
    (value) => !Number.isNaN(value),
  );
}

/** The middle of both together; all of it where the middle is one single value. */
function rangeOf(before: Float64Array, now: Float64Array): [number, number] {
  const all = new Float64Array(before.length + now.length);
  all.set(before);
  all.set(now, before.length);
  all.sort();
  const [low, high] = [quantileOfSorted(all, tail), quantileOfSorted(all, 1 - tail)];
  return high > low ? [low, high] : [all[0]!, all.at(-1)!];
}

function count(values: Float64Array, low: number, high: number): number[] {
  const counts = new Array<number>(bins).fill(0);
  for (const value of values) {
    const bin = Math.floor((bins * (value - low)) / (high - low));
    counts[Math.min(bins - 1, Math.max(0, bin))]!++;
  }
  return counts;
}
