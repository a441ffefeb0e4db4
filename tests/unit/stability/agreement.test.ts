import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { adjustedRandIndex } from '../../../shared/stability/adjusted-rand-index.js';
import { agreements } from '../../../shared/stability/agreement.js';
import { contingency } from '../../../shared/stability/contingency.js';
import {
  adjustedMutualInformation,
  expectedMutualInformation,
  mutualInformation,
  variationOfInformation,
} from '../../../shared/stability/mutual-information.js';

interface GoldenLabelling {
  first: number[];
  second: number[];
  adjustedRandIndex: number;
  adjustedMutualInformation: number;
  mutualInformation: number;
  expectedMutualInformation: number;
}

const golden = JSON.parse(
  readFileSync(new URL('../../golden/stability/scikit-learn.json', import.meta.url), 'utf8'),
) as { labellings: GoldenLabelling[] };

test.each(golden.labellings.map((labelling, at) => ({ at, n: labelling.first.length, ...labelling })))(
  "labelling $at of $n items scores as scikit-learn's adjusted_rand_score, mutual_info_score, adjusted_mutual_info_score",
  (labelling) => {
    const table = contingency(Int32Array.from(labelling.first), Int32Array.from(labelling.second));
    expect(adjustedRandIndex(table)).toBeCloseTo(labelling.adjustedRandIndex, 10);
    expect(mutualInformation(table)).toBeCloseTo(labelling.mutualInformation, 10);
    expect(expectedMutualInformation(table)).toBeCloseTo(labelling.expectedMutualInformation, 10);
    expect(adjustedMutualInformation(table)).toBeCloseTo(labelling.adjustedMutualInformation, 10);
  },
);

/** Two or three labellings of the same items. */
const labels = (n: number) =>
  fc
    .array(fc.integer({ min: -1, max: 4 }), { minLength: n, maxLength: n })
    .map((list) => Int32Array.from(list));
const pair = fc.integer({ min: 2, max: 40 }).chain((n) => fc.tuple(labels(n), labels(n)));
const triple = fc.integer({ min: 2, max: 25 }).chain((n) => fc.tuple(labels(n), labels(n), labels(n)));
const scores = { adjustedRandIndex, adjustedMutualInformation, variationOfInformation };

describe.each(Object.entries(scores))('%s', (name, score) => {
  test('is symmetric', () => {
    fc.assert(
      fc.property(pair, ([a, b]) => {
        expect(score(contingency(a, b))).toBeCloseTo(score(contingency(b, a)), 10);
      }),
    );
  });

  test('is perfect for equal partitions, however they are numbered', () => {
    fc.assert(
      fc.property(pair, ([a]) => {
        const renumbered = a.map((label) => 7 - 3 * label);
        expect(score(contingency(a, renumbered))).toBeCloseTo(name === 'variationOfInformation' ? 0 : 1, 10);
      }),
    );
  });

  test('does not depend on the order of the items', () => {
    fc.assert(
      fc.property(pair, fc.integer(), ([a, b], shift) => {
        const turn = (list: Int32Array): Int32Array =>
          list.map((_, i) => list[(((i + shift) % list.length) + list.length) % list.length]!).reverse();
        expect(score(contingency(turn(a), turn(b)))).toBeCloseTo(score(contingency(a, b)), 10);
      }),
    );
  });
});

test('the variation of information is a metric: not negative, zero only for equal partitions, triangle inequality', () => {
  fc.assert(
    fc.property(triple, ([a, b, c]) => {
      const distance = (x: Int32Array, y: Int32Array): number => variationOfInformation(contingency(x, y));
      expect(distance(a, b)).toBeGreaterThanOrEqual(0);
      expect(distance(a, c)).toBeLessThanOrEqual(distance(a, b) + distance(b, c) + 1e-12);
      if (distance(a, b) < 1e-12) expect(adjustedRandIndex(contingency(a, b))).toBe(1);
    }),
  );
});

test('the variation of information is at most the logarithm of the number of items', () => {
  const all = Int32Array.from({ length: 9 }, (_, i) => i);
  expect(variationOfInformation(contingency(all, new Int32Array(9)))).toBeCloseTo(Math.log(9), 12);
});

test('independent labellings score about 0 by both adjusted indices', () => {
  const a = Int32Array.from({ length: 3600 }, (_, i) => i % 6);
  const b = Int32Array.from({ length: 3600 }, (_, i) => Math.floor(i / 6) % 5);
  expect(Math.abs(adjustedRandIndex(contingency(a, b)))).toBeLessThan(0.01);
  expect(Math.abs(adjustedMutualInformation(contingency(a, b)))).toBeLessThan(0.01);
});

test('with noise it counts as a cluster; without, only retailers clustered both times are compared', () => {
  const { withNoise, withoutNoise } = agreements(
    Int32Array.of(0, 0, 1, 1, -1, -1),
    Int32Array.of(3, 3, 5, 5, 5, -1),
  );
  expect(withNoise?.retailers).toBe(6);
  expect(withNoise!.adjustedRandIndex).toBeLessThan(1);
  expect(withoutNoise).toMatchObject({ retailers: 4, adjustedRandIndex: 1, variationOfInformation: 0 });
});

test('nobody to compare is null, not a number', () => {
  expect(agreements(Int32Array.of(-1, 0), Int32Array.of(0, -1)).withoutNoise).toBeNull();
  expect(agreements(new Int32Array(0), new Int32Array(0)).withNoise).toBeNull();
});
