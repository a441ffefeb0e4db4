import { type CondensedTree } from './condensed-tree.js';

/**
 * λ at which a point of condensed cluster `cluster` meets each of the clusters in `targets`: NaN where one of the two
 * lies within the other, so that the point's own λ is what counts; otherwise λ of the split that parts them.
 */
export function splitHeights(tree: CondensedTree, cluster: number, targets: Int32Array): Float64Array {
  return Float64Array.from(targets, (target) => {
    let [a, b] = [cluster, target];
    let [movedA, movedB] = [false, false];
    let birth = NaN;
    // Parents have smaller numbers: the larger of the two is never an ancestor of the other.
    while (a !== b) {
      if (a > b) {
        birth = tree.birth[a]!;
        a = tree.parent[a]!;
        movedA = true;
      } else {
        birth = tree.birth[b]!;
        b = tree.parent[b]!;
        movedB = true;
      }
    }
    return movedA && movedB ? birth : NaN;
  });
}
