import { type CondensedTree } from './condensed-tree.js';
import { type ClusterOptions } from './options.js';

export interface ClusterSelection {
  /** Condensed clusters that were selected, ascending; none lies within another. */
  readonly selected: readonly number[];
  /** By condensed cluster: excess of mass of the best choice at or below it; without selection by it, its own. */
  readonly excess: Float64Array;
}

/**
 * Chooses clusters that do not overlap: the greatest sum of excess of mass (Campello et al. 2013, section 5; a cluster
 * is taken where its own is no less than that of its descendants), or the leaves. The root is never chosen unless
 * `allowSingleCluster`. With an epsilon, clusters born below that distance give way to their ancestor just above it
 * (Malzer & Baum 2019).
 */
export function selectClusters(tree: CondensedTree, options: ClusterOptions): ClusterSelection {
  const { selection = 'eom', selectionEpsilon = 0 } = options;
  const excess = Float64Array.from(tree.stability);
  const chosen = selection === 'eom' ? byExcessOfMass(tree, excess, options) : leaves(tree);
  const loneRoot = chosen.length === 1 && chosen[0] === 0;
  const selected = selectionEpsilon > 0 && !loneRoot ? mergeBelow(tree, chosen, options) : chosen;
  return { selected: selected.sort((a, b) => a - b), excess };
}

function byExcessOfMass(
  { parent, size }: CondensedTree,
  excess: Float64Array,
  { allowSingleCluster = false, maxClusterSize = 0 }: ClusterOptions,
): number[] {
  const clusters = parent.length;
  const children = childrenOf(parent);
  const isBest = new Uint8Array(clusters);
  const lowest = allowSingleCluster ? 0 : 1;
  for (let cluster = clusters - 1; cluster >= lowest; cluster--) {
    // Summed in order of size, so that the sum does not depend on how siblings are numbered.
    const below = children[cluster]!.map((child) => excess[child]!)
      .sort((a, b) => a - b)
      .reduce((sum, value) => sum + value, 0);
    // As in Python's hdbscan the root is as large as what parts from it: only those points would be labelled.
    const points = cluster > 0 ? size[cluster]! : children[0]!.reduce((sum, child) => sum + size[child]!, 0);
    const tooLarge = maxClusterSize > 0 && points > maxClusterSize;
    if (below > excess[cluster]! || tooLarge) excess[cluster] = below;
    else isBest[cluster] = 1;
  }
  const covered = new Uint8Array(clusters);
  const chosen: number[] = [];
  for (let cluster = 0; cluster < clusters; cluster++) {
    covered[cluster] = cluster > 0 ? covered[parent[cluster]!]! : 0;
    if (isBest[cluster] && !covered[cluster]) {
      chosen.push(cluster);
      covered[cluster] = 1;
    }
  }
  return chosen;
}

/** The root alone is no leaf. */
function leaves({ parent }: CondensedTree): number[] {
  return childrenOf(parent).flatMap((children, cluster) =>
    cluster > 0 && children.length === 0 ? [cluster] : [],
  );
}

function mergeBelow(
  { parent, birth }: CondensedTree,
  chosen: readonly number[],
  { selectionEpsilon = 0, allowSingleCluster = false }: ClusterOptions,
): number[] {
  const distanceAtBirth = (cluster: number) => 1 / birth[cluster]!;
  const climb = (start: number): number => {
    let cluster = start;
    for (;;) {
      const above = parent[cluster]!;
      if (above === 0) return allowSingleCluster ? above : cluster;
      if (distanceAtBirth(above) > selectionEpsilon) return above;
      cluster = above;
    }
  };
  const merged = new Set(
    chosen.map((cluster) =>
      cluster !== 0 && distanceAtBirth(cluster) < selectionEpsilon ? climb(cluster) : cluster,
    ),
  );
  const isWithin = (cluster: number) => {
    for (let above = parent[cluster]!; above >= 0; above = parent[above]!) if (merged.has(above)) return true;
    return false;
  };
  return [...merged].filter((cluster) => !isWithin(cluster));
}

/** By cluster, those that split off from it. */
export function childrenOf(parent: Int32Array): number[][] {
  const children: number[][] = Array.from(parent, () => []);
  for (let cluster = 1; cluster < parent.length; cluster++) children[parent[cluster]!]!.push(cluster);
  return children;
}
