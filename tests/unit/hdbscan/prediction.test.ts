import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SegmentsError } from '../../../shared/errors.js';
import {
  approximatePredict,
  condensedTreeRows,
  fitHdbscan,
  membershipVectors,
} from '../../../shared/clustering/hdbscan/index.js';
import { row } from '../../../shared/numeric/matrix.js';
import { blobs, gridded, permutation, reordered } from './point-sets.js';

test('only labels of the fit come out, with strengths in [0, 1], whatever clusters were selected by', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        seed: fc.nat(),
        grid: fc.boolean(),
        minSamples: fc.integer({ min: 1, max: 10 }),
        minClusterSize: fc.integer({ min: 2, max: 20 }),
        selection: fc.constantFrom('eom' as const, 'leaf' as const),
        allowSingleCluster: fc.boolean(),
        selectionEpsilon: fc.constantFrom(0, 0.8, 2, 6),
        maxClusterSize: fc.constantFrom(0, 30),
        alpha: fc.constantFrom(1, 1.5),
      }),
      async ({ seed, grid, ...options }) => {
        const [fitted, fresh] = [blobs(seed, 120, 2), blobs(seed + 9, 60, 2)];
        const model = await fitHdbscan(grid ? gridded(fitted, 1) : fitted, options);
        const known = new Set([-1, ...model.clustering.labels]);
        const { labels, strengths, outlierScores, neighbours } = approximatePredict(model, fresh);
        labels.forEach((label, i) => {
          expect(known).toContain(label);
          expect(strengths[i]).toBeGreaterThanOrEqual(0);
          expect(strengths[i]).toBeLessThanOrEqual(1);
          if (label < 0) expect(strengths[i]).toBe(0);
          expect(outlierScores[i]).toBeLessThanOrEqual(1);
          expect(neighbours[i]).toBeLessThan(120);
        });
        for (const points of [undefined, fresh]) {
          const vectors = membershipVectors(model, points);
          for (let i = 0; i < vectors.rows; i++) {
            const chances = row(vectors, i);
            const sum = chances.reduce((a, b) => a + b, 0);
            expect(chances.every((chance) => chance >= 0)).toBe(true);
            expect(sum).toBeLessThanOrEqual(1 + 1e-9);
          }
        }
      },
    ),
    { numRuns: 120, seed: 9 },
  );
});

test('what is predicted for a point depends on neither its company nor the order of either set', async () => {
  const [fitted, fresh] = [blobs(31, 200, 3), blobs(32, 80, 3)];
  const options = { minClusterSize: 10, minSamples: 5 };
  const model = await fitHdbscan(fitted, options);
  const all = approximatePredict(model, fresh);
  const shuffled = await fitHdbscan(reordered(fitted, permutation(200, 1)), options);
  const order = permutation(80, 2);
  const again = approximatePredict(shuffled, reordered(fresh, order));
  expect(again.labels).toEqual(Int32Array.from(order, (i) => all.labels[i]!));
  expect(again.strengths).toEqual(Float64Array.from(order, (i) => all.strengths[i]!));
  for (let i = 0; i < 80; i++) {
    const alone = approximatePredict(model, { data: row(fresh, i).slice(), rows: 1, columns: 3 });
    expect([alone.labels[0], alone.strengths[0]]).toEqual([all.labels[i], all.strengths[i]]);
  }
});

test('more points than one block of queries come out in their order', async () => {
  const model = await fitHdbscan(blobs(33, 300, 2), { minClusterSize: 15, minSamples: 5 });
  const fresh = blobs(34, 2500, 2);
  const all = approximatePredict(model, fresh);
  const last = approximatePredict(model, { ...fresh, data: fresh.data.slice(2 * 2400), rows: 100 });
  expect(last.labels).toEqual(all.labels.slice(2400));
});

test('no new points give no answers', async () => {
  const model = await fitHdbscan(blobs(35, 100, 2), { minClusterSize: 10, minSamples: 5 });
  const none = { data: new Float64Array(0), rows: 0, columns: 2 };
  expect(approximatePredict(model, none).labels).toHaveLength(0);
  expect(membershipVectors(model, none).rows).toBe(0);
});

describe('new points that cannot be placed are refused', () => {
  test.each([
    ['other columns', { data: new Float64Array(6), rows: 2, columns: 3 }, /3 columns.*fitted on 2/],
    ['NaN', { data: Float64Array.of(1, NaN), rows: 1, columns: 2 }, /1 of 2 numbers are NaN/],
    ['half a row', { data: new Float64Array(3), rows: 2, columns: 2 }, /2 × 2 has 3 numbers/],
  ])('%s', async (_, points, message) => {
    const model = await fitHdbscan(blobs(35, 50, 2), { minClusterSize: 10, minSamples: 5 });
    for (const ask of [approximatePredict, membershipVectors]) {
      expect(() => ask(model, points)).toThrow(SegmentsError);
      expect(() => ask(model, points)).toThrow(message);
    }
  });
});

test('the condensed tree as rows has every point once, and every cluster but the root', async () => {
  const { clustering } = await fitHdbscan(blobs(36, 200, 2), { minClusterSize: 10, minSamples: 5 });
  const { condensedTree } = clustering;
  const rows = condensedTreeRows(condensedTree);
  const clusters = condensedTree.parent.length;
  expect([...rows.child].sort((a, b) => a - b)).toEqual([
    ...Array.from({ length: 200 }, (_, i) => i),
    ...Array.from({ length: clusters - 1 }, (_, c) => 201 + c),
  ]);
  rows.child.forEach((child, at) => {
    expect(rows.parent[at]).toBeGreaterThanOrEqual(200);
    expect(rows.childSize[at]).toBe(child < 200 ? 1 : condensedTree.size[child - 200]);
  });
});
