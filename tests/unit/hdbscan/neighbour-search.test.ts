import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Metric } from '../../../shared/clustering/hdbscan/index.js';
import { nearestNeighbours } from '../../../shared/clustering/hdbscan/neighbour-search.js';
import { principalAxes } from '../../../shared/clustering/hdbscan/principal-axes.js';
import { type Matrix } from '../../../shared/numeric/matrix.js';
import { blobs, gridded, mapped, normals } from './point-sets.js';

/** Distances to the `count` nearest, by a loop over all. */
function bruteForce(points: Matrix, asked: Matrix, count: number, metric: Metric): Float64Array {
  const d = points.columns;
  const found = new Float64Array(asked.rows * count);
  for (let i = 0; i < asked.rows; i++) {
    const distances = Float64Array.from({ length: points.rows }, (_, p) => {
      let sum = 0;
      for (let j = 0; j < d; j++) {
        const difference = points.data[p * d + j]! - asked.data[i * d + j]!;
        sum += metric === 'euclidean' ? difference * difference : Math.abs(difference);
      }
      return metric === 'euclidean' ? Math.sqrt(sum) : sum;
    });
    found.set(distances.sort().subarray(0, count), i * count);
  }
  return found;
}

test('neighbours are exactly those of a loop over all, to the last bit of their distances', () => {
  fc.assert(
    fc.property(
      fc.record({
        seed: fc.nat(),
        rows: fc.integer({ min: 1, max: 300 }),
        columns: fc.constantFrom(1, 2, 4, 11, 12, 16, 29, 33),
        count: fc.integer({ min: 1, max: 30 }),
        metric: fc.constantFrom<Metric>('euclidean', 'manhattan'),
        grid: fc.option(fc.constantFrom(1, 6), { nil: undefined }),
        scale: fc.constantFrom(1, 1e-12, 1e12),
        shift: fc.constantFrom(0, 1e5, -3e7),
      }),
      ({ seed, rows, columns, count, metric, grid, scale, shift }) => {
        const place = (points: Matrix) =>
          mapped(grid === undefined ? points : gridded(points, grid), (value) => (value + shift) * scale);
        const points = place(blobs(seed, rows, columns));
        const asked = place(blobs(seed + 3, 20, columns));
        const { rows: found, distances, ...rest } = nearestNeighbours(points, asked, count, metric);
        expect(rest.count).toBe(Math.min(count, rows));
        expect(distances).toEqual(bruteForce(points, asked, rest.count, metric));
        expect(found.every((row) => row >= 0 && row < rows)).toBe(true);
      },
    ),
    { numRuns: 200, seed: 10 },
  );
});

test.each([3, 29])('a question from very far away is answered exactly, %s columns', (columns) => {
  const points = blobs(61, 200, columns);
  for (const distance of [1e6, 1e12, 1e17, 1e40, 1e140]) {
    const asked = { data: new Float64Array(columns).fill(distance), rows: 1, columns };
    const { distances } = nearestNeighbours(points, asked, 5, 'euclidean');
    expect(distances).toEqual(bruteForce(points, asked, 5, 'euclidean'));
  }
});

describe('principal axes', () => {
  const normal = normals(62);
  const columns = 20;
  const strength = Array.from({ length: columns }, (_, j) => (j === 7 ? 30 : j === 3 ? 10 : 1));
  const data = Float64Array.from({ length: 500 * columns }, (_, at) => normal() * strength[at % columns]!);
  const { axes } = principalAxes(data, 500, columns);
  const product = (a: number, b: number) =>
    axes
      .subarray(a * columns, (a + 1) * columns)
      .reduce((sum, value, j) => sum + value * axes[b * columns + j]!, 0);

  test('are orthonormal', () => {
    for (let a = 0; a < columns; a++) {
      for (let b = 0; b < columns; b++) expect(product(a, b)).toBeCloseTo(a === b ? 1 : 0, 12);
    }
  });

  test('begin where the points spread most', () => {
    expect(Math.abs(axes[7]!)).toBeGreaterThan(0.95);
    expect(Math.abs(axes[columns + 3]!)).toBeGreaterThan(0.9);
  });

  test('are there for points that spread nowhere, too', () => {
    const still = principalAxes(new Float64Array(40).fill(3), 2, 20);
    expect(still.axes.filter((value) => value !== 0)).toHaveLength(20);
  });
});
