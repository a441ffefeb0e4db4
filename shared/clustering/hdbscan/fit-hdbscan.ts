import { type Matrix } from '../../numeric/matrix.js';
import { checkClusterOptions, checkTreeOptions } from './check-options.js';
import { clusterSteps } from './clusters-from-tree.js';
import { compareRows } from './compare-rows.js';
import { type HdbscanFit } from './model.js';
import { growSpanningTree } from './grow-spanning-tree.js';
import { type HdbscanOptions } from './options.js';
import { TiedMerges } from './tied-merges.js';
import { Turns } from './turns.js';
import { worthwhileThreads } from './worthwhile-threads.js';

/**
 * HDBSCAN* (Campello et al. 2013): both stages. Neither the order of the rows nor the number of threads matters.
 * Fewer points than `minClusterSize`, or points that are all the same, are all noise, or with `allowSingleCluster` one
 * cluster.
 * @throws SegmentsError InvalidConfig, InvalidMatrix; the signal's reason.
 */
export async function fitHdbscan(points: Matrix, options: HdbscanOptions): Promise<HdbscanFit> {
  checkClusterOptions(options);
  const { minClusterSize, minSamples = minClusterSize, metric = 'euclidean', alpha = 1 } = options;
  checkTreeOptions({ ...options, minSamples });
  const threads = worthwhileThreads(points, options.threads);
  const { tree, pointTree } = await growSpanningTree(points, { ...options, minSamples, threads });
  options.onProgress?.({ phase: 'clusters', done: 0, total: 1 });
  const clustering = await new Turns(options.signal).through(
    clusterSteps(
      tree,
      options,
      (a, b) => compareRows(points, least(points, a), least(points, b)),
      new TiedMerges(tree.graph, pointTree),
    ),
  );
  options.onProgress?.({ phase: 'clusters', done: 1, total: 1 });
  return {
    points,
    metric,
    alpha,
    minSamples: tree.minSamples,
    minClusterSize,
    innerCoreDistances: tree.innerCoreDistances,
    clustering,
    tree,
  };
}

/** The row that comes first by its coordinates. */
function least(points: Matrix, rows: Int32Array): number {
  return rows.reduce((a, b) => (compareRows(points, b, a) < 0 ? b : a));
}
