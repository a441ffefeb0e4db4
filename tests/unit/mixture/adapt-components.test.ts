import { describe, expect, test } from 'vitest';
import { fitMixture } from '../../../shared/clustering/mixture/fit-mixture.js';
import { predictMixture } from '../../../shared/clustering/mixture/predict-mixture.js';
import { configSchema } from '../../../shared/contracts/config.js';
import { type Matrix } from '../../../shared/numeric/matrix.js';
import { seededRandom } from '../../../shared/numeric/seeded-random.js';

const config = configSchema.parse({}).mixture;
const centres = [
  [0, 0, 0],
  [6, 0, 0],
  [0, 6, 0],
  [0, 0, 6],
] as const;

/** Blobs about the chosen centres, `size` rows each, and rows scattered three times as wide between the first three. */
function month(seed: number, sizes: readonly number[], scattered = 0): Matrix {
  const random = seededRandom(seed, 'month');
  const rows = sizes.flatMap((size, c) => new Array<number>(size).fill(c));
  const near = rows.flatMap((c) => centres[c]!.map((centre) => centre + random.normal()));
  const between = Array.from({ length: scattered }, () => [2, 2, 0].map((at) => at + 3 * random.normal()));
  const data = Float64Array.from([...near, ...between.flat()]);
  return { data, rows: data.length / 3, columns: 3 };
}

const first = fitMixture(month(1, [300, 300, 300]), { config, seed: 5 });
const continued = (input: Matrix) => fitMixture(input, { config, seed: 5, warm: first.mixture });

/** Component of most of the rows from `from` to `to`. */
function componentOf(fit: ReturnType<typeof fitMixture>, input: Matrix, from: number, to: number): number {
  const votes = new Int32Array(fit.mixture.weights.length);
  const { nearest } = predictMixture(fit.mixture, input);
  for (let i = from; i < to; i++) votes[nearest[i]!] = votes[nearest[i]!]! + 1;
  return votes.indexOf(Math.max(...votes));
}

describe('a warm start', () => {
  test('keeps its components in a month like the one before', () => {
    expect(first.mixture.weights.length).toBe(3);
    const next = continued(month(2, [310, 290, 300]));
    expect(next).toMatchObject({ start: 'warm', change: 'none' });
    expect(next.mixture.weights.length).toBe(3);
    expect(next.trials.map(({ components }) => components)).toEqual([2, 3, 4]);
  });

  test('takes a new behaviour up as a last component, the others keeping their places', () => {
    const input = month(3, [300, 300, 300, 80]);
    const before = month(1, [300, 300, 300]);
    const next = continued(input);
    expect(next.change).toBe('added');
    expect(componentOf(next, input, 900, 980)).toBe(3);
    for (const at of [0, 300, 600]) {
      expect(componentOf(next, input, at, at + 300)).toBe(componentOf(first, before, at, at + 300));
    }
  });

  test('makes no component of a few retailers scattered between the others, though BIC alone would', () => {
    const next = continued(month(2, [300, 300, 300], 60));
    const [, present, larger] = next.trials;
    expect(larger!.bic).toBeLessThan(present!.bic);
    expect(next.change).toBe('none');
  });

  test('gives up a component whose behaviour is gone', () => {
    const next = continued(month(4, [400, 0, 400]));
    expect(next.change).toBe('removed');
    expect(next.mixture.weights.length).toBe(2);
  });

  test('stays within the configured numbers of components', () => {
    const narrow = { ...config, minComponents: 3, maxComponents: 3 };
    const next = fitMixture(month(3, [300, 300, 300, 80]), { config: narrow, seed: 5, warm: first.mixture });
    expect(next.change).toBe('none');
    expect(next.mixture.weights.length).toBe(3);
  });
});
