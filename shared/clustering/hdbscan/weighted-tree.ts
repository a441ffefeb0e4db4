import { SegmentsError } from '../../errors.js';
import { type Matrix } from '../../numeric/matrix.js';
import { type Metric } from './options.js';

/** A spanning tree of n points: n − 1 edges, in any order. */
export interface WeightedTree {
  readonly from: Int32Array;
  readonly to: Int32Array;
  /** ≥ 0. */
  readonly weight: Float64Array;
  /** What the weights are distances of. Without it the order among tied merges is not refined. */
  readonly graph?: ReachabilityGraph | undefined;
}

/** The mutual reachability graph of points: an edge weighs max(core(a), core(b), distance / alpha). */
export interface ReachabilityGraph {
  readonly points: Matrix;
  readonly metric: Metric;
  readonly alpha: number;
  /** By row. */
  readonly coreDistances: Float64Array;
}

/** Refuses what is no spanning tree. @throws SegmentsError InvalidMatrix with the numbers found. */
export function checkTree({ from, to, weight, graph }: WeightedTree): void {
  const edges = weight.length;
  if (graph && (graph.points.rows !== edges + 1 || graph.coreDistances.length !== edges + 1)) {
    refuse(
      `${edges} edges span ${edges + 1} points; the graph has ${graph.points.rows} with ${graph.coreDistances.length} core distances.`,
    );
  }
  if (from.length !== edges || to.length !== edges) {
    refuse(`The tree has ${from.length} and ${to.length} ends for ${edges} weights.`);
  }
  const component = Int32Array.from({ length: edges + 1 }, (_, i) => i);
  const find = (x: number): number => {
    while (component[x] !== x) {
      component[x] = component[component[x]!]!;
      x = component[x]!;
    }
    return x;
  };
  for (let e = 0; e < edges; e++) {
    const [a, b, w] = [from[e]!, to[e]!, weight[e]!];
    if (!(w >= 0 && w < Infinity)) refuse(`Edge ${e} weighs ${w}.`);
    if (!(a >= 0 && a <= edges && b >= 0 && b <= edges)) {
      refuse(`Edge ${e} joins ${a} and ${b}, but there are ${edges + 1} points.`);
    }
    const [x, y] = [find(a), find(b)];
    if (x === y) refuse(`Edge ${e} between ${a} and ${b} closes a cycle.`);
    component[Math.max(x, y)] = Math.min(x, y);
  }
}

function refuse(message: string): never {
  throw new SegmentsError('InvalidMatrix', message, {
    where: 'tree',
    remedy: 'Hand over the n − 1 edges of one tree over n points, with finite weights of at least 0.',
  });
}
