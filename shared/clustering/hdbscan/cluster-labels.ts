import { childrenOf } from './cluster-selection.js';
import { type CondensedTree } from './condensed-tree.js';
import { type ClusterOptions } from './options.js';

/** Which of two clusters, given by their points, comes first where size, birth, death and stability do not tell. */
export type TieBreak = (a: Int32Array, b: Int32Array) => number;

export interface ClusterLabels {
  /** By point: 0 to k − 1, −1 for noise. Label 0 is the largest cluster. */
  readonly labels: Int32Array;
  /** By label: the condensed cluster. */
  readonly clusterOf: Int32Array;
  /** By condensed cluster: the label of the selected cluster that it is or lies in, −1. */
  readonly labelOf: Int32Array;
  /** λ that a point needs to be in the cluster when that is the root; 0 otherwise. */
  readonly rootLambda: number;
}

/**
 * Labels of the points of the selected clusters and of all clusters below them. Where the root is the one cluster, all
 * points would be in it: then only those count that stay to its end, or closer than `selectionEpsilon`.
 */
export function labelPoints(
  tree: CondensedTree,
  selected: readonly number[],
  { selectionEpsilon = 0 }: Pick<ClusterOptions, 'selectionEpsilon'>,
  tieBreak: TieBreak,
): ClusterLabels {
  const { parent, death, birth, stability, pointCluster, pointLambda } = tree;
  const loneRoot = selected.length === 1 && selected[0] === 0;
  const rootLambda = !loneRoot ? 0 : selectionEpsilon > 0 ? 1 / selectionEpsilon : death[0]!;
  // No point comes so close: there is no cluster, nor is one to be predicted.
  if (loneRoot && !pointLambda.some((lambda) => lambda >= rootLambda)) {
    return labelPoints(tree, [], { selectionEpsilon }, tieBreak);
  }
  const within = ownerOf(parent, selected);

  const n = pointCluster.length;
  const counts = new Int32Array(selected.length);
  const owner = new Int32Array(n);
  for (let i = 0; i < n; i++) {
    owner[i] = pointLambda[i]! >= rootLambda ? within[pointCluster[i]!]! : -1;
    if (owner[i]! >= 0) counts[owner[i]!]!++;
  }
  const points = (s: number) => Int32Array.from(owner.keys()).filter((i) => owner[i] === s);
  const rank = Array.from(selected.keys()).sort((s, t) => {
    const [a, b] = [selected[s]!, selected[t]!];
    return (
      counts[t]! - counts[s]! ||
      compare(birth[b]!, birth[a]!) ||
      compare(death[b]!, death[a]!) ||
      compare(stability[b]!, stability[a]!) ||
      tieBreak(points(s), points(t))
    );
  });
  const labelOfSelected = new Int32Array(selected.length);
  rank.forEach((s, label) => (labelOfSelected[s] = label));
  const relabel = (s: number) => (s < 0 ? -1 : labelOfSelected[s]!);
  return {
    labels: owner.map(relabel),
    clusterOf: Int32Array.from(rank, (s) => selected[s]!),
    labelOf: within.map(relabel),
    rootLambda,
  };
}

/** By cluster: the position in `selected` of the cluster itself or its selected ancestor, −1 without one. */
function ownerOf(parent: Int32Array, selected: readonly number[]): Int32Array {
  const owner = new Int32Array(parent.length).fill(-1);
  selected.forEach((cluster, s) => (owner[cluster] = s));
  for (let cluster = 1; cluster < parent.length; cluster++) {
    if (owner[cluster]! < 0) owner[cluster] = owner[parent[cluster]!]!;
  }
  return owner;
}

/** Infinities compare equal, where their difference would be NaN. */
function compare(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** By label: the leaves of the condensed tree at or below the cluster. */
export function leavesOf(tree: CondensedTree, { labelOf, clusterOf }: ClusterLabels): number[][] {
  const leaves: number[][] = Array.from(clusterOf, () => []);
  childrenOf(tree.parent).forEach((children, cluster) => {
    const label = labelOf[cluster]!;
    if (children.length === 0 && label >= 0) leaves[label]!.push(cluster);
  });
  return leaves;
}
