import { describe, expect, test } from 'vitest';
import { SegmentsError } from '../../../shared/errors.js';
import {
  approximatePredict,
  clustersFromTree,
  fitHdbscan,
  membershipVectors,
  minimumSpanningTree,
  type HdbscanOptions,
} from '../../../shared/clustering/hdbscan/index.js';
import { type Matrix } from '../../../shared/numeric/matrix.js';
import { blobs } from './point-sets.js';

const matrix = (rows: number[][]): Matrix => ({
  data: Float64Array.from(rows.flat()),
  rows: rows.length,
  columns: rows[0]?.length ?? 0,
});
const options: HdbscanOptions = { minClusterSize: 5, minSamples: 3 };

async function refusal(work: () => unknown): Promise<SegmentsError> {
  try {
    await work();
  } catch (error) {
    expect(error).toBeInstanceOf(SegmentsError);
    return error as SegmentsError;
  }
  throw new Error('It was not refused.');
}

describe('points that have no distances are refused with the numbers found', () => {
  const unusable = (value: number) => matrix([...Array(9).fill([1, 2]), [3, value]]);
  test.each([
    ['NaN', unusable(NaN), /1 of 20 numbers are NaN.*the first is NaN in row 9, column 1/],
    ['Infinity', unusable(Infinity), /the first is Infinity in row 9, column 1/],
    ['−Infinity', unusable(-Infinity), /the first is -Infinity in row 9, column 1/],
    ['numbers whose distances overflow', unusable(1e200), /beyond ±1e\+150; the first is 1e\+200/],
    ['too few numbers', { data: new Float64Array(7), rows: 4, columns: 2 }, /4 × 2 has 7 numbers/],
    ['no rows', { data: new Float64Array(0), rows: 0, columns: 2 }, /0 × 2 has no points/],
    ['no columns', { data: new Float64Array(0), rows: 4, columns: 0 }, /4 × 0 has no points/],
    ['half a row', { data: new Float64Array(3), rows: 1.5, columns: 2 }, /1.5 × 2 has 3 numbers/],
  ])('%s', async (_, points, message) => {
    const error = await refusal(() => fitHdbscan(points, options));
    expect(error).toMatchObject({ code: 'InvalidMatrix', where: 'points', retryable: false });
    expect(error.message).toMatch(message);
  });
});

describe('options without a meaning are refused with their value', () => {
  test.each<[keyof HdbscanOptions, unknown]>([
    ['minClusterSize', 1],
    ['minClusterSize', 2.5],
    ['minClusterSize', NaN],
    ['minSamples', 0],
    ['minSamples', 1.5],
    ['alpha', 0],
    ['alpha', -1],
    ['alpha', Infinity],
    ['selectionEpsilon', -0.1],
    ['selectionEpsilon', NaN],
    ['maxClusterSize', -1],
    ['maxClusterSize', 2.5],
    ['metric', 'cosine'],
    ['selection', 'best'],
    ['threads', 0],
    ['threads', 1.5],
  ])('%s %s', async (option, value) => {
    const error = await refusal(() => fitHdbscan(blobs(1, 20, 2), { ...options, [option]: value }));
    expect(error).toMatchObject({ code: 'InvalidConfig', where: option });
    expect(error.message).toContain(String(value));
  });
});

describe('small and degenerate sets of points have a defined result', () => {
  const same = (rows: number) => matrix(Array(rows).fill([1.5, -2]));

  test.each([1, 2, 4])('%s points, fewer than minClusterSize, are noise', async (rows) => {
    const { clustering } = await fitHdbscan(blobs(1, rows, 3), options);
    expect([...clustering.labels]).toEqual(Array(rows).fill(-1));
    expect([...clustering.probabilities]).toEqual(Array(rows).fill(0));
    expect(clustering.clusterOf).toHaveLength(0);
    expect(clustering.persistence).toHaveLength(0);
    expect(clustering.relativeValidity).toBe(0);
    expect(clustering.outlierScores.every((score) => score >= 0 && score <= 1)).toBe(true);
  });

  test('identical points are noise, or with allowSingleCluster one cluster of full strength', async () => {
    const apart = await fitHdbscan(same(40), options);
    expect(new Set(apart.clustering.labels)).toEqual(new Set([-1]));
    const { clustering } = await fitHdbscan(same(40), { ...options, allowSingleCluster: true });
    expect(new Set(clustering.labels)).toEqual(new Set([0]));
    expect(new Set(clustering.probabilities)).toEqual(new Set([1]));
    expect(new Set(clustering.outlierScores)).toEqual(new Set([0]));
    expect([...clustering.persistence]).toEqual([1]);
  });

  test('one point alone is noise, or with allowSingleCluster a cluster', async () => {
    const { clustering } = await fitHdbscan(same(1), { ...options, allowSingleCluster: true });
    expect([...clustering.labels]).toEqual([0]);
    expect((await fitHdbscan(same(1), options)).clustering.labels[0]).toBe(-1);
  });

  test('piles of duplicates are clusters, and every number is one', async () => {
    const points = matrix([...Array(20).fill([0, 0]), ...Array(30).fill([9, 9]), [4, 4], [5, 5]]);
    const model = await fitHdbscan(points, { minClusterSize: 10, minSamples: 5 });
    const { labels, probabilities, outlierScores, persistence } = model.clustering;
    // Three edges of one height link the piles through the two between; the one in the sparsest place parts them.
    expect([...labels]).toEqual([...Array(20).fill(1), ...Array(30).fill(0), 0, 0]);
    for (const values of [probabilities, outlierScores, persistence]) {
      expect(Array.from(values).every((value) => value >= 0 && value <= 1)).toBe(true);
    }
    const prediction = approximatePredict(
      model,
      matrix([
        [0, 0],
        [9, 9],
        [400, 1],
      ]),
    );
    expect([...prediction.labels]).toEqual([1, 0, -1]);
    for (const vectors of [membershipVectors(model), membershipVectors(model, points)]) {
      expect(vectors.data.every((value) => value >= 0 && value <= 1)).toBe(true);
    }
  });

  test('minSamples of n and more means n − 1, and that is what the model says', async () => {
    const points = blobs(2, 30, 2);
    const most = await fitHdbscan(points, { ...options, minSamples: 29 });
    const more = await fitHdbscan(points, { ...options, minSamples: 1000 });
    expect(more).toEqual(most);
    expect(more.minSamples).toBe(29);
  });

  test('minSamples does not count the point itself', async () => {
    const { coreDistances } = await minimumSpanningTree(matrix([[0], [1], [3], [7]]), { minSamples: 1 });
    expect([...coreDistances]).toEqual([1, 1, 2, 4]);
  });

  test('without minSamples it is minClusterSize', async () => {
    const points = blobs(2, 60, 2);
    const found = await fitHdbscan(points, { minClusterSize: 6 });
    expect(found).toEqual(await fitHdbscan(points, { minClusterSize: 6, minSamples: 6 }));
  });

  test('a column that says nothing changes nothing', async () => {
    const points = blobs(6, 200, 2);
    const padded = matrix(
      Array.from({ length: 200 }, (_, i) => [points.data[2 * i]!, 7, points.data[2 * i + 1]!]),
    );
    const [a, b] = [await fitHdbscan(points, options), await fitHdbscan(padded, options)];
    expect(b.clustering.labels).toEqual(a.clustering.labels);
  });

  test('one dimension: two heaps with a gap between are two clusters', async () => {
    const line = matrix([...Array.from({ length: 40 }, (_, i) => [i < 20 ? i / 20 : 5 + i / 20])]);
    const { labels } = (await fitHdbscan(line, options)).clustering;
    expect(new Set(labels.slice(0, 20)).size).toBe(1);
    expect(new Set(labels.slice(20)).size).toBe(1);
    expect(labels[0]).not.toBe(labels[39]);
    expect(labels).not.toContain(-1);
  });

  test('the points handed over are not changed', async () => {
    const points = blobs(2, 30_000, 3);
    const before = points.data.slice();
    const model = await fitHdbscan(points, { ...options, threads: 2 });
    approximatePredict(model, points);
    expect(points.data).toEqual(before);
  });
});

describe('what is no spanning tree is refused', () => {
  const tree = (edges: [number, number, number][]) => ({
    from: Int32Array.from(edges, (edge) => edge[0]),
    to: Int32Array.from(edges, (edge) => edge[1]),
    weight: Float64Array.from(edges, (edge) => edge[2]),
  });
  test.each([
    [
      'a cycle',
      tree([
        [0, 1, 1],
        [1, 2, 1],
        [2, 0, 1],
      ]),
      /Edge 2 between 2 and 0 closes a cycle/,
    ],
    [
      'a point that is not there',
      tree([
        [0, 1, 1],
        [1, 7, 1],
      ]),
      /Edge 1 joins 1 and 7.*3 points/,
    ],
    ['a weight below 0', tree([[0, 1, -1]]), /Edge 0 weighs -1/],
    ['a weight that is no number', tree([[0, 1, NaN]]), /Edge 0 weighs NaN/],
    ['ends missing', { ...tree([[0, 1, 1]]), to: new Int32Array(0) }, /1 and 0 ends for 1 weights/],
  ])('%s', async (_, edges, message) => {
    const error = await refusal(() => clustersFromTree(edges, { minClusterSize: 2 }));
    expect(error).toMatchObject({ code: 'InvalidMatrix', where: 'tree' });
    expect(error.message).toMatch(message);
  });
});

test('one tree serves several cuts, each as its own fit', async () => {
  const points = blobs(4, 300, 3);
  const tree = await minimumSpanningTree(points, { minSamples: 5 });
  for (const cut of [
    { minClusterSize: 5 },
    { minClusterSize: 20 },
    { minClusterSize: 8, selection: 'leaf' as const },
    { minClusterSize: 8, selectionEpsilon: 1.5 },
  ]) {
    const fitted = await fitHdbscan(points, { ...cut, minSamples: 5 });
    expect(clustersFromTree(tree, cut)).toEqual(fitted.clustering);
  }
});
