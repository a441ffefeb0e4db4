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
