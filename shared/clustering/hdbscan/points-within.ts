import { type Matrix } from '../../numeric/matrix.js';
import { type Metric } from './options.js';
import { buildSteps, placePoints, view, type PointTree } from './point-tree.js';

/** The points within a distance of one of them, from a kd-tree: one at hand, or one that is built when first needed. */
export class PointsWithin {
  readonly #points: Matrix;
  readonly #metric: Metric;
  #tree: PointTree | undefined;
  #slotOf: Int32Array | undefined;

  /** `tree` is a tree of the same points with room for a spanning tree, which is no longer used for one. */
  constructor(points: Matrix, metric: Metric, tree?: PointTree) {
    this.#points = points;
    this.#metric = metric;
    this.#tree = tree;
  }

  *build(): Generator<void, void, void> {
    if (this.#slotOf) return;
    const { rows: n } = this.#points;
    if (!this.#tree) {
      const needs = { metric: this.#metric, k: 1, threads: 1, stripes: 1, useNeighbours: false, queries: 0 };
      const tree = placePoints(this.#points, needs);
      yield* buildSteps(tree);
      this.#tree = tree;
    }
    this.#slotOf = new Int32Array(n);
    const rowOf = view(this.#tree, 'i32', this.#tree.context.rowOf, n);
    for (let slot = 0; slot < n; slot++) this.#slotOf[rowOf[slot]!] = slot;
  }

  /** How many points are nearer to that of a row than `distance`, itself counted. */
  count(row: number, distance: number): number {
    const tree = this.#tree!;
    const limit = this.#metric === 'euclidean' ? distance * distance : distance;
    const { kernels, contextAddress, workspaces, context } = tree;
    return kernels.findWithin(contextAddress, workspaces[0]!, this.#slotOf![row]!, limit, context.scratch);
  }

  /** Their rows. */
  rows(row: number, distance: number): Int32Array {
    const count = this.count(row, distance);
    const tree = this.#tree!;
    const rowOf = view(tree, 'i32', tree.context.rowOf, this.#points.rows);
    return view(tree, 'i32', tree.context.scratch, count).map((slot) => rowOf[slot]!);
  }
}
