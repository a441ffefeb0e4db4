import { checkClusterOptions } from './check-options.js';
import { labelPoints, type ClusterLabels, type TieBreak } from './cluster-labels.js';
import { selectClusters } from './cluster-selection.js';
import { condense, type CondensedTree } from './condensed-tree.js';
import { findExemplars } from './exemplars.js';
import { placeEdges } from './linkage-memory.js';
import { type MergeOrder } from './merge-order.js';
import { type ClusterOptions } from './options.js';
import { outlierScores } from './outlier-scores.js';
import { relativeValidity } from './relative-validity.js';
import { singleLinkage, type SingleLinkageTree } from './single-linkage.js';
import { clusterPersistence, membershipProbabilities } from './strengths.js';
import { TiedMerges } from './tied-merges.js';
import { atOnce } from './turns.js';
import { checkTree, type WeightedTree } from './weighted-tree.js';

/** A flat clustering of n points and the hierarchy that it was cut from. */
export interface Clustering extends ClusterLabels {
  /** By point, 0 to 1: how strongly it belongs to its cluster; 0 for noise. */
  readonly probabilities: Float64Array;
  /** By label, 0 to 1: how much of the tree's height the cluster lives through. */
  readonly persistence: Float64Array;
  /** By point, 0 to 1: GLOSH. */
  readonly outlierScores: Float64Array;
  /** By label: the rows in the densest places of the cluster. */
  readonly exemplars: readonly Int32Array[];
  readonly condensedTree: CondensedTree;
  readonly singleLinkageTree: SingleLinkageTree;
  /** Density-based validity read off the tree, −1 to 1. */
  readonly relativeValidity: number;
}

/**
 * Stage 2: clusters from a minimum spanning tree (Campello et al. 2013; McInnes & Healy 2017). One tree serves several
 * cuts. Merges of one height are put in order by the density of the points where the tree has its `graph`, and are one
 * simultaneous merge where it has not. Labels are numbered by size; `tieBreak` decides between clusters that are alike in everything that the
 * tree tells (default: the smaller first row).
 * @throws SegmentsError InvalidConfig, InvalidMatrix.
 */
export function clustersFromTree(
  tree: WeightedTree,
  options: ClusterOptions,
  tieBreak: TieBreak = (a, b) => a[0]! - b[0]!,
): Clustering {
  checkClusterOptions(options);
  checkTree(tree);
  const ties = tree.graph && new TiedMerges(tree.graph);
  return atOnce(clusterSteps(tree, options, tieBreak, ties));
}

/** The same, with pauses, for options and a tree that are known to be sound. */
export function* clusterSteps(
  tree: WeightedTree,
  options: ClusterOptions,
  tieBreak: TieBreak,
  ties?: MergeOrder,
): Generator<void, Clustering, void> {
  const memory = placeEdges(tree);
  const singleLinkageTree = singleLinkage(memory);
  yield;
  const condensedTree = yield* condense(memory, options.minClusterSize, ties);
  yield;
  const { selected, excess } = selectClusters(condensedTree, options);
  const labelling = labelPoints(condensedTree, selected, options, tieBreak);
  yield;
  const probabilities = membershipProbabilities(condensedTree, labelling);
  const persistence = clusterPersistence(condensedTree, labelling, excess);
  yield;
  return {
    ...labelling,
    probabilities,
    persistence,
    outlierScores: outlierScores(condensedTree),
    exemplars: findExemplars(condensedTree, labelling),
    condensedTree,
    singleLinkageTree,
    relativeValidity: relativeValidity(tree, labelling.labels, labelling.clusterOf.length),
  };
}
