import { type OnProgress } from '../../progress.js';

/** Distance between rows. Both are taken in double precision, coordinate after coordinate. */
export type Metric = 'euclidean' | 'manhattan';

/**
 * How clusters are chosen from the condensed tree: by excess of mass (Campello et al. 2013, section 5), or its
 * leaves, the finest clusters that there are.
 */
export type Selection = 'eom' | 'leaf';

/** What stage 1, the minimum spanning tree, depends on. */
export interface SpanningTreeOptions {
  /**
   * The core distance is that to the `minSamples`-th neighbour, the point itself not counted (scikit-learn counts
   * it: this is its `min_samples − 1`). An integer ≥ 1; at most n − 1 are used.
   */
  readonly minSamples: number;
  /** Default `euclidean`. */
  readonly metric?: Metric | undefined;
  /** Distances are divided by it before they are compared with core distances (robust single linkage). Default 1. */
  readonly alpha?: number | undefined;
  /** Threads that compute, this one included; `fitHdbscan` takes fewer for few points. Default 1. The result does not depend on it. */
  readonly threads?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: OnProgress | undefined;
}

/** What stage 2, clusters from a tree, depends on. */
export interface ClusterOptions {
  /** The smallest group that counts as a cluster, an integer ≥ 2. */
  readonly minClusterSize: number;
  /** Default `eom`. */
  readonly selection?: Selection | undefined;
  /** Clusters that part below this distance are kept together (Malzer & Baum 2019). Default 0, which is off. */
  readonly selectionEpsilon?: number | undefined;
  /** Whether all points may be found to be one cluster. Default false. */
  readonly allowSingleCluster?: boolean | undefined;
  /** Excess of mass selects no cluster of more points than this. Default 0: no bound. */
  readonly maxClusterSize?: number | undefined;
}

/** A whole fit. */
export interface HdbscanOptions extends ClusterOptions, Omit<SpanningTreeOptions, 'minSamples'> {
  /** Default: `minClusterSize`. */
  readonly minSamples?: number | undefined;
}
