import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { minimumSpanningTree, type Metric } from '../../../shared/clustering/hdbscan/index.js';
import { checkTree } from '../../../shared/clustering/hdbscan/weighted-tree.js';
import { goldenSets } from '../../golden/hdbscan/golden-set.js';
import { primTree, reachabilityMatrix, totalWeight } from './brute-force.js';
import { blobs, gridded } from './point-sets.js';

const relativeError = (found: number, expected: number) =>
  expected === 0 ? Math.abs(found) : Math.abs(found / expected - 1);

describe('the tree weighs what a brute-force Prim over all pairs gives, to 1e-9', () => {
  test.each(goldenSets())('golden set $name', async ({ points, minSamples }) => {
    const tree = await minimumSpanningTree(points, { minSamples });
    checkTree(tree);
    const expected = totalWeight(primTree(reachabilityMatrix(points, { minSamples })));
    expect(relativeError(totalWeight(tree), expected)).toBeLessThan(1e-9);
  });

  test('for any size, dimension, metric, alpha and minSamples, with and without ties, on one thread and on two', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          seed: fc.nat(),
          rows: fc.integer({ min: 2, max: 130 }),
          columns: fc.constantFrom(1, 2, 3, 5, 8, 11, 12, 13, 29, 40),
          minSamples: fc.integer({ min: 1, max: 140 }),
          metric: fc.constantFrom<Metric>('euclidean', 'manhattan'),
          alpha: fc.constantFrom(1, 0.5, 0.9, 1.3, 3),
          grid: fc.option(fc.constantFrom(0.5, 2, 8), { nil: undefined }),
          scale: fc.constantFrom(1, 1e-9, 1e9),
          threads: fc.constantFrom(1, 1, 1, 2),
        }),
        async ({ seed, rows, columns, grid, scale, threads, ...options }) => {
          const raw = blobs(seed, rows, columns);
          const spaced = grid === undefined ? raw : gridded(raw, grid);
          const points = { ...spaced, data: spaced.data.map((value) => value * scale) };
          const tree = await minimumSpanningTree(points, { ...options, threads });
          checkTree(tree);
          const expected = totalWeight(primTree(reachabilityMatrix(points, options)));
          expect(relativeError(totalWeight(tree), expected)).toBeLessThan(1e-9);
        },
      ),
      { numRuns: 150, seed: 4 },
    );
  });
});

test('edges weigh exactly the mutual reachability distance of their ends', async () => {
  const points = blobs(3, 300, 15);
  const options = { minSamples: 7, alpha: 1.2 };
  const distances = reachabilityMatrix(points, options);
  const tree = await minimumSpanningTree(points, options);
  tree.weight.forEach((weight, e) => {
    expect(relativeError(weight, distances[tree.from[e]! * 300 + tree.to[e]!]!)).toBeLessThan(1e-12);
  });
});

test('threads change nothing, to the last bit', async () => {
  for (const columns of [3, 16]) {
    const points = blobs(5, 4000, columns);
    const [one, two, three] = await Promise.all(
      [1, 2, 3].map((threads) => minimumSpanningTree(points, { minSamples: 5, threads })),
    );
    expect(two).toEqual(one);
    expect(three).toEqual(one);
  }
});
