import { describe, expect, test } from 'vitest';
import { densityBasedValidity, fitHdbscan } from '../../../shared/clustering/hdbscan/index.js';
import { SegmentsError } from '../../../shared/errors.js';
import { goldenSets } from '../../golden/hdbscan/golden-set.js';
import { blobs } from './point-sets.js';

describe('the density-based validity of the reference labels is the one that Python hdbscan gives them', () => {
  const cases = goldenSets().flatMap((set) =>
    Object.entries(set.configs).flatMap(([name, { labels, dbcv_validity_index: expected }]) =>
      // Of equal edges the reference takes others: a few points count as inner ones that otherwise do not.
      typeof expected === 'number' && !set.ties
        ? [{ title: `${set.name}, ${name}`, set, labels, expected }]
        : [],
    ),
  );

  test.each(cases)('$title', async ({ set, labels, expected }) => {
    const { index, clusters } = await densityBasedValidity(set.points, Int32Array.from(labels));
    expect(index).toBeCloseTo(expected, 6);
    expect(clusters.every((value) => value >= -1 && value <= 1)).toBe(true);
  });
});

test('clusters far apart are worth more than the same clusters cut at random', async () => {
  const points = blobs(51, 300, 2);
  const { labels } = (await fitHdbscan(points, { minClusterSize: 15, minSamples: 5 })).clustering;
  const found = await densityBasedValidity(points, labels);
  const random = await densityBasedValidity(
    points,
    Int32Array.from(labels.keys(), (i) => i % 3),
  );
  expect(found.index).toBeGreaterThan(0);
  expect(random.index).toBeLessThan(0);
});

test('with fewer than two clusters there is nothing to be apart from: 0', async () => {
  const points = blobs(52, 30, 2);
  expect((await densityBasedValidity(points, new Int32Array(30))).index).toBe(0);
  expect((await densityBasedValidity(points, new Int32Array(30).fill(-1))).index).toBe(0);
});

test.each([
  ['too few labels', new Int32Array(3), /3 labels for 30 points/],
  ['a number skipped', Int32Array.from({ length: 30 }, (_, i) => 2 * (i % 2)), /Cluster 1 has 0 points/],
  ['a cluster of one', Int32Array.from({ length: 30 }, (_, i) => (i === 0 ? 1 : 0)), /Cluster 1 has 1 point/],
  ['a label below −1', new Int32Array(30).fill(-2), /row 0 is -2/],
])('%s: refused', async (_, labels, message) => {
  const validity = densityBasedValidity(blobs(52, 30, 2), labels);
  await expect(validity).rejects.toThrow(message);
  await expect(validity).rejects.toBeInstanceOf(SegmentsError);
});

test('it stops when it is cancelled', async () => {
  const cancel = new AbortController();
  const labels = new Int32Array(20_000).map((_, i) => i % 2);
  const validity = densityBasedValidity(blobs(53, 20_000, 2), labels, { signal: cancel.signal });
  setTimeout(() => cancel.abort(new Error('enough')), 10);
  await expect(validity).rejects.toThrow('enough');
});
