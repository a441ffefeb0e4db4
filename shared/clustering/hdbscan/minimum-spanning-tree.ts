import { type Matrix } from '../../numeric/matrix.js';
import { growSpanningTree } from './grow-spanning-tree.js';
import { type SpanningTreeOptions } from './options.js';
import { type ReachabilityGraph } from './weighted-tree.js';

/** A minimum spanning tree of the mutual reachability graph: n − 1 edges in no particular order. */
export interface SpanningTree {
  /** Row numbers of the two ends of each edge, `from` < `to`. */
  readonly from: Int32Array;
  readonly to: Int32Array;
  /** Mutual reachability distance: max(core(a), core(b), distance / alpha). */
  readonly weight: Float64Array;
  /** By row: distance to the `minSamples`-th neighbour, the point itself not counted. */
  readonly coreDistances: Float64Array;
  /** By row: distance to the neighbour before that one, 0 where `minSamples` is 1. Prediction compares with these. */
  readonly innerCoreDistances: Float64Array;
  /** `minSamples` as used: at most n − 1. */
  readonly minSamples: number;
  readonly graph: ReachabilityGraph;
}

/**
 * Stage 1: core distances, and the minimum spanning tree of the mutual reachability graph (Campello et al. 2013), by
 * Borůvka's algorithm over a kd-tree (March et al. 2010; McInnes & Healy 2017). Exact, in O(n · (d + minSamples)) memory.
 * Where edges tie there are several such trees. Which one is given does not depend on the number of threads, nor with few
 * columns on the order of the rows; what stage 2 makes of it, `relativeValidity` apart, never depends on which it is.
 * @throws SegmentsError InvalidConfig, InvalidMatrix; the signal's reason.
 */
export async function minimumSpanningTree(
  points: Matrix,
  options: SpanningTreeOptions,
): Promise<SpanningTree> {
  return (await growSpanningTree(points, options)).tree;
}
