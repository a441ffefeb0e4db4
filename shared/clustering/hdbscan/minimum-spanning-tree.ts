import { type Matrix } from '../../numeric/matrix.js';
import { growSpanningTree } from './grow-spanning-tree.js';
import { type SpanningTreeOptions } from './options.js';
import { type SpanningTree } from './spanning-tree.js';

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
