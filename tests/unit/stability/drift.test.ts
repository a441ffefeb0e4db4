import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../../shared/numeric/seeded-random.js';
import { featureDrift } from '../../../shared/stability/feature-drift.js';
import { kolmogorovSmirnov } from '../../../shared/stability/kolmogorov-smirnov.js';
import { monthVolume } from '../../../shared/stability/month-volume.js';
import { populationStabilityIndex } from '../../../shared/stability/population-stability-index.js';
import { reconstructionDrift } from '../../../shared/stability/reconstruction-drift.js';

const golden = JSON.parse(
  readFileSync(new URL('../../golden/stability/scikit-learn.json', import.meta.url), 'utf8'),
) as { ks: { before: number[]; now: number[]; statistic: number }[] };

const normals = (n: number, seed: number, mean = 0): Float64Array => {
  const random = seededRandom(seed, 'drift');
  return Float64Array.from({ length: n }, () => mean + random.normal());
};

describe('population stability index', () => {
  test('is about 0 for two samples of one distribution and large after a shift of one sd', () => {
    expect(populationStabilityIndex(normals(5000, 1), normals(5000, 2))).toBeLessThan(0.02);
    expect(populationStabilityIndex(normals(5000, 1), normals(5000, 2, 1))).toBeGreaterThan(0.5);
  });

  test('equals the formula on bins counted by hand', () => {
    // Deciles of 1…10 put one value in each bin; afterwards all ten values lie in the last.
    const before = Float64Array.from({ length: 10 }, (_, i) => i + 1);
    const bins = 10;
    const p = (1 + 0.5) / (10 + 0.5 * bins);
    const empty = 0.5 / (10 + 0.5 * bins);
    const full = (10 + 0.5) / (10 + 0.5 * bins);
    const expected = 9 * (empty - p) * Math.log(empty / p) + (full - p) * Math.log(full / p);
    expect(populationStabilityIndex(before, new Float64Array(10).fill(99))).toBeCloseTo(expected, 12);
  });

  test('sees a tied value move down as well as up', () => {
    const tied = new Float64Array(500).fill(0.5);
    expect(populationStabilityIndex(tied, tied)).toBe(0);
    expect(populationStabilityIndex(tied, new Float64Array(500).fill(0.2))).toBeGreaterThan(1);
    expect(populationStabilityIndex(tied, new Float64Array(500).fill(0.8))).toBeGreaterThan(1);
  });

  test('counts missing values as a bin of their own', () => {
    const whole = normals(1000, 3);
    const half = whole.map((value, i) => (i % 2 === 0 ? NaN : value));
    expect(populationStabilityIndex(whole, half)).toBeGreaterThan(0.5);
    expect(populationStabilityIndex(half, half)).toBe(0);
    expect(populationStabilityIndex(new Float64Array(9).fill(NaN), whole)).toBeGreaterThan(1);
  });

  test('is null where a run has no retailers', () => {
    expect(populationStabilityIndex(new Float64Array(0), normals(5, 1))).toBeNull();
  });
});

describe('Kolmogorov–Smirnov statistic', () => {
  test.each(golden.ks)("equals SciPy's ks_2samp on tied samples", ({ before, now, statistic }) => {
    expect(kolmogorovSmirnov(Float64Array.from(before), Float64Array.from(now))).toBeCloseTo(statistic, 12);
  });

  test('is 0 for a sample and itself, 1 for samples apart, null without values', () => {
    expect(kolmogorovSmirnov(normals(50, 1), normals(50, 1))).toBe(0);
    expect(kolmogorovSmirnov(normals(50, 1), normals(50, 1, 100))).toBe(1);
    expect(kolmogorovSmirnov(Float64Array.of(NaN), normals(5, 1))).toBeNull();
  });
});

test('features are compared by name, whatever their place, and features that one run lacks are left out', () => {
  const before = { names: ['a', 'b'], values: { data: Float64Array.of(1, 5, 2, NaN), rows: 2, columns: 2 } };
  const now = {
    names: ['b', 'new', 'a'],
    values: { data: Float64Array.of(5, 0, 1, 5, 0, 2), rows: 2, columns: 3 },
  };
  const drift = featureDrift(before, now);
  expect(drift.map(({ feature }) => feature)).toEqual(['b', 'a']);
  expect(drift[0]).toMatchObject({ missingBefore: 0.5, missingNow: 0, ks: 0 });
  expect(drift[1]).toMatchObject({ psi: 0, ks: 0 });
});

test('reconstruction drift is the ratio of mean errors, null where there is nothing to divide', () => {
  expect(reconstructionDrift(Float64Array.of(1, 3), Float64Array.of(3, 3))).toEqual({
    before: 2,
    now: 3,
    ratio: 1.5,
  });
  expect(reconstructionDrift(Float64Array.of(0), Float64Array.of(1))?.ratio).toBeNull();
  expect(reconstructionDrift(new Float64Array(0), Float64Array.of(1))).toBeNull();
});

describe('volume of the as-of month', () => {
  const year = new Map(
    Array.from({ length: 12 }, (_, m) => [`2017-${String(m + 1).padStart(2, '0')}`, 100 + m]),
  );

  test('half the rows of the months before show as a ratio of about one half', () => {
    const volume = monthVolume(new Map([...year, ['2018-01', 50]]), '2018-01');
    expect(volume).toEqual({ rows: 50, expected: 100, ratio: 0.5 });
  });

  test('a seasonal low that was as low a year ago is no alarm', () => {
    const seasonal = new Map([...year, ['2017-01', 40], ['2018-01', 41]]);
    expect(monthVolume(seasonal, '2018-01')?.ratio).toBeGreaterThan(1);
  });

  test('a month without any rows has ratio 0, and too short a past is null', () => {
    expect(monthVolume(year, '2018-01')?.ratio).toBe(0);
    expect(
      monthVolume(
        new Map([
          ['2017-11', 5],
          ['2017-12', 5],
        ]),
        '2018-01',
      ),
    ).toBeNull();
  });
});
