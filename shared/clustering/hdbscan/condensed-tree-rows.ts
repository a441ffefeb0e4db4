import { type CondensedTree } from './condensed-tree.js';

/** A condensed tree as a list of edges, as Python's hdbscan gives it: points are 0 to n − 1, cluster c is n + c. */
export interface CondensedTreeRows {
  readonly parent: Int32Array;
  readonly child: Int32Array;
  readonly lambda: Float64Array;
  readonly childSize: Int32Array;
}

/** The clusters first, then the points in the order of the rows. */
export function condensedTreeRows(tree: CondensedTree): CondensedTreeRows {
  const n = tree.pointCluster.length;
  const clusters = tree.parent.length;
  const rows = n + clusters - 1;
  const parent = new Int32Array(rows);
  const child = new Int32Array(rows);
  const lambda = new Float64Array(rows);
  const childSize = new Int32Array(rows).fill(1);
  for (let cluster = 1; cluster < clusters; cluster++) {
    parent[cluster - 1] = n + tree.parent[cluster]!;
    child[cluster - 1] = n + cluster;
    lambda[cluster - 1] = tree.birth[cluster]!;
    childSize[cluster - 1] = tree.size[cluster]!;
  }
  for (let i = 0; i < n; i++) {
    parent[clusters - 1 + i] = n + tree.pointCluster[i]!;
    child[clusters - 1 + i] = i;
    lambda[clusters - 1 + i] = tree.pointLambda[i]!;
  }
  return { parent, child, lambda, childSize };
}
