import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  clustersFromTree,
  fitHdbscan,
  minimumSpanningTree,
  type Clustering,
} from '../../../shared/clustering/hdbscan/index.js';
import { goldenSets } from '../../golden/hdbscan/golden-set.js';
import { byDistance, levelSetClusters, primTree, reachabilityMatrix, refinedOrder } from './brute-force.js';
import { blobs, gridded, mapped, permutation, reordered } from './point-sets.js';

/** Condensed clusters as text, by their points, so that two hierarchies compare whatever their numbers are. */
function byPoints(
  clusters: readonly { birth: number; death: number; stability: number; points: readonly number[] }[],
): string[] {
  const digits = (value: number) => (Number.isFinite(value) ? value.toPrecision(9) : String(value));
  return clusters
    .map(({ birth, death, stability, points }) =>
      [[...points].sort((a, b) => a - b).join(' '), digits(birth), digits(death), digits(stability)].join(
        ' | ',
      ),
    )
    .sort();
}

function clustersOf({ condensedTree: tree }: Clustering): string[] {
  const points = Array.from(tree.parent, (): number[] => []);
  tree.pointCluster.forEach((cluster, i) => {
    for (let above = cluster; above >= 0; above = tree.parent[above]!) points[above]!.push(i);
  });
  return byPoints(
    points.map((own, cluster) => ({
      points: own,
      birth: tree.birth[cluster]!,
      death: tree.death[cluster]!,
      stability: tree.stability[cluster]!,
    })),
  );
}

describe('merges that tie in distance and density are one merge: the hierarchy is that of the level sets', () => {
  test.each(goldenSets().filter((set) => set.ties))(
    'golden set $name',
    async ({ points, minSamples, minClusterSize }) => {
      const { clustering } = await fitHdbscan(points, { minSamples, minClusterSize });
      const order = refinedOrder(points, { minSamples });
      expect(clustersOf(clustering)).toEqual(byPoints(levelSetClusters(order, minClusterSize)));
    },
  );

  test('for any points, on a grid or not', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          seed: fc.nat(),
          rows: fc.integer({ min: 1, max: 90 }),
          columns: fc.integer({ min: 1, max: 4 }),
          grid: fc.option(fc.constantFrom(0.5, 1, 3), { nil: undefined }),
          minSamples: fc.integer({ min: 1, max: 12 }),
          minClusterSize: fc.integer({ min: 2, max: 12 }),
          metric: fc.constantFrom('euclidean' as const, 'manhattan' as const),
          alpha: fc.constantFrom(1, 1, 0.5, 2),
        }),
        async ({ seed, rows, columns, grid, minSamples, minClusterSize, metric, alpha }) => {
          const raw = blobs(seed, rows, columns);
          const points = grid === undefined ? raw : gridded(raw, grid);
          const options = { minSamples, metric, alpha };
          const { clustering } = await fitHdbscan(points, { ...options, minClusterSize });
          if (rows === 1) return;
          const refined = levelSetClusters(refinedOrder(points, options), minClusterSize);
          expect(clustersOf(clustering)).toEqual(byPoints(refined));
          const plain = levelSetClusters(byDistance(reachabilityMatrix(points, options)), minClusterSize);
          if (grid === undefined) expect(byPoints(refined)).toEqual(byPoints(plain));
          const tree = await minimumSpanningTree(points, options);
          const ofTreeAlone = clustersFromTree({ ...tree, graph: undefined }, { minClusterSize });
          expect(clustersOf(ofTreeAlone)).toEqual(byPoints(plain));
        },
      ),
      { numRuns: 150, seed: 5 },
    );
  });
});

test('on a grid every minimum spanning tree gives the same clusters, whatever ties its algorithm broke how', async () => {
  const points = gridded(blobs(8, 260, 2), 1);
  const options = { minSamples: 4, minClusterSize: 8 };
  const distances = reachabilityMatrix(points, options);
  const tree = await minimumSpanningTree(points, options);
  const expected = clustersFromTree(tree, options);
  expect(expected.clusterOf.length).toBeGreaterThan(1);
  for (let seed = 0; seed < 20; seed++) {
    const other = primTree(distances, permutation(points.rows, seed));
    const found = clustersFromTree({ ...other, graph: tree.graph }, options);
    expect(clustersOf(found)).toEqual(clustersOf(expected));
    expect(found.labels).toEqual(expected.labels);
    expect(found.probabilities).toEqual(expected.probabilities);
    expect(found.outlierScores).toEqual(expected.outlierScores);
    expect(found.persistence).toEqual(expected.persistence);
  }
});

test('a point on the mirror axis of the data is with neither side; copies of a point are labelled alike', async () => {
  const options = { minClusterSize: 5, minSamples: 3 };
  const piles = [...Array<number>(20).fill(-1), ...Array<number>(20).fill(1)];
  const labelled = async (data: readonly number[]) => {
    const points = { data: Float64Array.from(data), rows: data.length, columns: 1 };
    return (await fitHdbscan(points, options)).clustering.labels;
  };
  expect([...(await labelled([...piles, 0]))].slice(40)).toEqual([-1]);
  const copies = await labelled([...piles, 0.1, 0.1, 0.1]);
  expect(new Set(copies.slice(40)).size).toBe(1);
});

/** Everything that a fit gives by row, each row's values together. */
const settings = fc.record({
  seed: fc.nat(),
  rows: fc.integer({ min: 2, max: 160 }),
  columns: fc.constantFrom(1, 2, 3, 4, 13),
  grid: fc.option(fc.constantFrom(0.5, 1, 3), { nil: undefined }),
  minSamples: fc.integer({ min: 1, max: 12 }),
  minClusterSize: fc.integer({ min: 2, max: 15 }),
  selection: fc.constantFrom('eom' as const, 'leaf' as const),
  allowSingleCluster: fc.boolean(),
  selectionEpsilon: fc.constantFrom(0, 0, 1.1, 4.3),
  maxClusterSize: fc.constantFrom(0, 0, 25),
});

function pointsOf({
  seed,
  rows,
  columns,
  grid,
}: {
  seed: number;
  rows: number;
  columns: number;
  grid: number | undefined;
}) {
  const raw = blobs(seed, rows, columns);
  return grid === undefined ? raw : gridded(raw, grid);
}

test('permuting the rows permutes the result exactly', async () => {
  await fc.assert(
    fc.asyncProperty(settings, fc.nat(), async (options, orderSeed) => {
      const points = pointsOf(options);
      const order = permutation(points.rows, orderSeed);
      const { clustering: before } = await fitHdbscan(points, options);
      const { clustering: after } = await fitHdbscan(reordered(points, order), options);
      expect(after.labels).toEqual(Int32Array.from(order, (row) => before.labels[row]!));
      expect(after.probabilities).toEqual(Float64Array.from(order, (row) => before.probabilities[row]!));
      expect(after.outlierScores).toEqual(Float64Array.from(order, (row) => before.outlierScores[row]!));
      expect(after.persistence).toEqual(before.persistence);
      expect(after.condensedTree.birth).toEqual(before.condensedTree.birth);
    }),
    { numRuns: 150, seed: 6 },
  );
});

test('scaling and shifting the data changes no label', async () => {
  await fc.assert(
    fc.asyncProperty(
      settings,
      fc.constantFrom(1e-6, 0.1, 3, 2048, 1e7),
      fc.constantFrom(0, 1, -17.3, 1000.1),
      async (options, scale, shift) => {
        const points = pointsOf(options);
        const { clustering: before } = await fitHdbscan(points, options);
        const moved = mapped(points, (value) => (value + shift) * scale);
        const { clustering: after } = await fitHdbscan(moved, {
          ...options,
          selectionEpsilon: options.selectionEpsilon * scale,
        });
        expect(after.labels).toEqual(before.labels);
      },
    ),
    { numRuns: 150, seed: 7 },
  );
});

test('labels, probabilities, scores, sizes and persistence keep to their ranges', async () => {
  await fc.assert(
    fc.asyncProperty(settings, async (options) => {
      const { clustering } = await fitHdbscan(pointsOf(options), options);
      const k = clustering.clusterOf.length;
      const within = (values: ArrayLike<number>, low: number, high: number) =>
        Array.from(values).every((value) => value >= low && value <= high);
      expect(within(clustering.labels, -1, k - 1)).toBe(true);
      expect(within(clustering.probabilities, 0, 1)).toBe(true);
      expect(within(clustering.outlierScores, 0, 1)).toBe(true);
      expect(clustering.probabilities.every((p, i) => p === 0 || clustering.labels[i]! >= 0)).toBe(true);
      const sizes = new Int32Array(k);
      for (const label of clustering.labels) if (label >= 0) sizes[label]!++;
      // The root as the one cluster has only the points that come close enough: fewer than were counted.
      const isRoot = clustering.clusterOf[0] === 0;
      expect(sizes.every((size) => size >= (isRoot ? 1 : options.minClusterSize))).toBe(true);
      expect(within(clustering.persistence, 0, isRoot ? Infinity : 1 + 1e-12)).toBe(true);
      expect(sizes.every((size, label) => label === 0 || size <= sizes[label - 1]!)).toBe(true);
    }),
    { numRuns: 200, seed: 8 },
  );
});
