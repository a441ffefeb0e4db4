import { type Matrix } from '../../numeric/matrix.js';
import { type Clustering } from './clusters-from-tree.js';
import { type Metric } from './options.js';
import { type SpanningTree } from './spanning-tree.js';

/** All that prediction needs, and what the fit found. */
export interface HdbscanModel {
  /** The fitted rows. */
  readonly points: Matrix;
  readonly metric: Metric;
  readonly alpha: number;
  /** As used: at most n − 1. */
  readonly minSamples: number;
  readonly minClusterSize: number;
  /** By row: distance to the neighbour before the `minSamples`-th. */
  readonly innerCoreDistances: Float64Array;
  readonly clustering: Omit<Clustering, 'singleLinkageTree'>;
}

/** A fresh fit, which also has both trees. A loaded model does not: neither is needed to predict. */
export interface HdbscanFit extends HdbscanModel {
  readonly tree: SpanningTree;
  readonly clustering: Clustering;
}
