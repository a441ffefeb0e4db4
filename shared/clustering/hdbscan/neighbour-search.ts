import { type Matrix } from '../../numeric/matrix.js';
import { buildSteps, placePoints, view } from './point-tree.js';
import { type Metric } from './options.js';
import { atOnce } from './turns.js';

/** The nearest fitted rows of each asked row: `count` of them, by distance. */
export interface Neighbours {
  readonly count: number;
  /** Row numbers, row-major: asked × count. */
  readonly rows: Int32Array;
  readonly distances: Float64Array;
}

/** The `count` nearest of `points` to each row of `asked`, exactly. At most n are found. */
export function nearestNeighbours(points: Matrix, asked: Matrix, count: number, metric: Metric): Neighbours {
  const k = Math.min(count, points.rows);
  const rows = new Int32Array(asked.rows * k);
  const distances = new Float64Array(asked.rows * k);
  const block = Math.min(asked.rows, 1024);
  const tree = placePoints(points, {
    metric,
    k,
    threads: 1,
    stripes: 0,
    useNeighbours: false,
    queries: block,
  });
  atOnce(buildSteps(tree));
  const rowOf = view(tree, 'i32', tree.context.rowOf, points.rows);
  for (let from = 0; from < asked.rows; from += block) {
    const size = Math.min(block, asked.rows - from);
    const queries = asked.data.subarray(from * asked.columns, (from + size) * asked.columns);
    view(tree, 'f64', tree.queries, queries.length).set(queries);
    tree.kernels.findNearest(
      tree.contextAddress,
      tree.workspaces[0]!,
      tree.queries,
      size,
      k,
      tree.querySlots,
      tree.queryDistances,
    );
    const slots = view(tree, 'i32', tree.querySlots, size * k);
    const found = view(tree, 'f64', tree.queryDistances, size * k);
    for (let i = 0; i < size * k; i++) {
      rows[from * k + i] = rowOf[slots[i]!]!;
      distances[from * k + i] = metric === 'euclidean' ? Math.sqrt(found[i]!) : found[i]!;
    }
  }
  return { count: k, rows, distances };
}
