import { ascendingOrder } from './ascending-order.js';
import { type WeightedTree } from './weighted-tree.js';

/**
 * The single-linkage hierarchy, a merge an element, heights ascending, in the form that scipy's `linkage` has: numbers
 * below n are points, number n + m is what merge m made. Merges of one height are one simultaneous merge; the order in
 * which they stand here among themselves has no meaning.
 */
export interface SingleLinkageTree {
  readonly left: Int32Array;
  readonly right: Int32Array;
  readonly height: Float64Array;
  /** Points below. */
  readonly size: Int32Array;
}

/**
 * Weights that differ by less than this share are one height: ties of the data that rounding has torn apart (a grid of
 * tenths, shifted or scaled) stay ties.
 */
const tieTolerance = 1e-10;

/** Merges along the edges of a tree of n points, lightest first. O(n) time but for the near-constant union–find. */
export function singleLinkage(tree: WeightedTree): SingleLinkageTree {
  const edges = tree.weight.length;
  const n = edges + 1;
  const order = ascendingOrder(tree.weight);
  const left = new Int32Array(edges);
  const right = new Int32Array(edges);
  const height = new Float64Array(edges);
  const size = new Int32Array(edges);
  // Roots carry, as a negative number, what stands for their component: −1 − (point or merge).
  const above = new Int32Array(n);
  const rank = new Uint8Array(n);
  for (let i = 0; i < n; i++) above[i] = -1 - i;
  const rootOf = (point: number): number => {
    let x = point;
    for (;;) {
      const p = above[x]!;
      if (p < 0) return x;
      const q = above[p]!;
      if (q < 0) return p;
      above[x] = q;
      x = q;
    }
  };
  let level = 0;
  for (let m = 0; m < edges; m++) {
    const edge = order[m]!;
    const weight = tree.weight[edge]!;
    if (m === 0 || weight > level * (1 + tieTolerance)) level = weight;
    let a = rootOf(tree.from[edge]!);
    let b = rootOf(tree.to[edge]!);
    const x = -1 - above[a]!;
    const y = -1 - above[b]!;
    left[m] = x;
    right[m] = y;
    height[m] = level;
    size[m] = (x < n ? 1 : size[x - n]!) + (y < n ? 1 : size[y - n]!);
    if (rank[a]! < rank[b]!) [a, b] = [b, a];
    else if (rank[a]! === rank[b]!) rank[a]!++;
    above[b] = a;
    above[a] = -1 - (n + m);
  }
  return { left, right, height, size };
}
