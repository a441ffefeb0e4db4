import { describe, expect, test } from 'vitest';
import { featureHistograms } from '../../../shared/report/content/feature-histograms.js';
import { featureDrift, type NamedFeatures } from '../../../shared/stability/feature-drift.js';

/** One retailer a row; a column a feature. */
function features(columns: Readonly<Record<string, readonly number[]>>): NamedFeatures {
  const names = Object.keys(columns);
  const rows = columns[names[0]!]!.length;
  const data = Float64Array.from({ length: rows * names.length }, (_, at) => {
    return columns[names[at % names.length]!]![Math.floor(at / names.length)]!;
  });
  return { names, values: { data, rows, columns: names.length } };
}

const ramp = (count: number, shift = 0): number[] =>
  Array.from({ length: count }, (_, i) => i / count + shift);
const sum = (counts: readonly number[]): number => counts.reduce((total, each) => total + each, 0);

describe('the features that drifted most, before and now', () => {
  test('come by their stability index, and count every retailer that has a value once', () => {
    const before = features({ calm: ramp(400), moved: ramp(400), missing: ramp(400) });
    const now = features({
      calm: ramp(500),
      moved: ramp(500, 0.6),
      missing: ramp(500, 0.2).map((value, i) => (i % 2 === 0 ? NaN : value)),
    });
    const found = featureHistograms(featureDrift(before, now), before, now);
    expect(found.map(({ feature }) => feature)).toEqual(['missing', 'moved', 'calm']);
    for (const { feature, before: old, now: counts } of found) {
      expect(sum(old)).toBe(400);
      expect(sum(counts)).toBe(feature === 'missing' ? 250 : 500);
    }
  });

  test('both sides have the same bins: equal values give equal shares', () => {
    const both = features({ same: ramp(480) });
    const [found] = featureHistograms(featureDrift(both, both), both, both);
    expect(found!.before).toEqual(found!.now);
    // A ramp fills its bins alike; the outermost also hold what lies beyond the axis.
    for (const count of found!.before.slice(1, -1)) expect(Math.abs(count - 20)).toBeLessThanOrEqual(1);
  });

  test('one value far away goes into the last bin and does not stretch the axis', () => {
    const before = features({ volume: ramp(1000) });
    const now = features({ volume: [...ramp(999), 1e9] });
    const [found] = featureHistograms(featureDrift(before, now), before, now);
    expect(found!.high).toBeLessThan(2);
    expect(sum(found!.now)).toBe(1000);
  });

  test('a feature without a spread, or in one run only, or not of the model, has no picture', () => {
    const before = features({ flat: Array<number>(50).fill(1), old: ramp(50), outside: ramp(50) });
    const now = features({ flat: Array<number>(50).fill(1), fresh: ramp(50), outside: ramp(50) });
    expect(featureHistograms(featureDrift(before, now, ['flat', 'fresh']), before, now)).toEqual([]);
  });
});
