import { leavesOf, type ClusterLabels } from './cluster-labels.js';
import { type CondensedTree } from './condensed-tree.js';

/** By label: the rows that stay longest in the leaves of the cluster, its densest points, ascending. */
export function findExemplars(tree: CondensedTree, labelling: ClusterLabels): Int32Array[] {
  const labelOfLeaf = new Int32Array(tree.parent.length).fill(-1);
  leavesOf(tree, labelling).forEach((leaves, label) => {
    for (const leaf of leaves) labelOfLeaf[leaf] = label;
  });
  const exemplars: number[][] = Array.from(labelling.clusterOf, () => []);
  tree.pointCluster.forEach((cluster, i) => {
    const label = labelOfLeaf[cluster]!;
    if (label >= 0 && tree.pointLambda[i] === tree.death[cluster]) exemplars[label]!.push(i);
  });
  return exemplars.map((rows) => Int32Array.from(rows));
}
