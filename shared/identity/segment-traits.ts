import { type NamedFeatures } from '../stability/feature-drift.js';
import { calendarTrait } from './calendar-trait.js';
import { featurePhrases } from './feature-phrases.js';

/** One way in which a segment differs from all retailers. */
export interface SegmentTrait {
  /** For people: "broad range". */
  readonly phrase: string;
  /** The feature, or the first of the calendar months, that it comes from. */
  readonly feature: string;
  /** Segment mean less the mean of all retailers, in standard deviations of all retailers. */
  readonly z: number;
}

/** Means of every feature over the given rows (missing values left out). */
function columnMeans({ values }: NamedFeatures, member: (i: number) => boolean): Float64Array {
  const sums = new Float64Array(values.columns);
  const counts = new Float64Array(values.columns);
  for (let i = 0; i < values.rows; i++) {
    if (!member(i)) continue;
    for (let j = 0; j < values.columns; j++) {
      const value = values.data[i * values.columns + j]!;
      if (Number.isNaN(value)) continue;
      sums[j] = sums[j]! + value;
      counts[j] = counts[j]! + 1;
    }
  }
  return sums.map((sum, j) => sum / counts[j]!);
}

function columnDeviations({ values }: NamedFeatures, means: Float64Array): Float64Array {
  const squares = new Float64Array(values.columns);
  const counts = new Float64Array(values.columns);
  for (let i = 0; i < values.rows; i++) {
    for (let j = 0; j < values.columns; j++) {
      const value = values.data[i * values.columns + j]!;
      if (Number.isNaN(value)) continue;
      const difference = value - means[j]!;
      squares[j] = squares[j]! + difference * difference;
      counts[j] = counts[j]! + 1;
    }
  }
  return squares.map((sum, j) => Math.sqrt(sum / counts[j]!));
}

/**
 * What sets each segment apart, strongest first, from z-scores of its mean features; features without a phrase say
 * nothing. `features` are unscaled, a row a retailer; `segmentIds` a retailer each, null for noise.
 */
export function segmentTraits(
  features: NamedFeatures,
  segmentIds: readonly (string | null)[],
): ReadonlyMap<string, readonly SegmentTrait[]> {
  const means = columnMeans(features, () => true);
  const deviations = columnDeviations(features, means);
  const ids = [...new Set(segmentIds.filter((id) => id !== null))].sort();
  return new Map(
    ids.map((id) => {
      const own = columnMeans(features, (i) => segmentIds[i] === id);
      const z = own.map((mean, j) => (deviations[j]! > 0 ? (mean - means[j]!) / deviations[j]! : 0));
      const traits: SegmentTrait[] = features.names.flatMap((feature, j) => {
        const phrases = featurePhrases.get(feature);
        if (phrases === undefined || !Number.isFinite(z[j])) return [];
        return { phrase: z[j]! > 0 ? phrases.high : phrases.low, feature, z: z[j]! };
      });
      const season = calendarTrait(features.names, z);
      if (season !== undefined) traits.push(season);
      const order = new Map(traits.map((trait, at) => [trait, at]));
      traits.sort((a, b) => Math.abs(b.z) - Math.abs(a.z) || order.get(a)! - order.get(b)!);
      return [id, traits];
    }),
  );
}
