import { type WeightedTree } from './weighted-tree.js';

/**
 * Density-based cluster validity (Moulavi et al. 2014) as read off the minimum spanning tree, −1 to 1: for each cluster
 * how much wider the narrowest edge to another cluster is than the widest edge inside, weighted by size, noise counting
 * as 0. It compares clusterings of the same points, no more; `densityBasedValidity` is the index itself. Where
 * edges tie, it is the value for the tree at hand.
 */
export function relativeValidity(
  { from, to, weight: weights }: WeightedTree,
  labels: Int32Array,
  clusters: number,
): number {
  const widestInside = new Float64Array(clusters);
  const narrowestBetween = new Float64Array(clusters).fill(Infinity);
  const sizes = new Int32Array(clusters);
  let widest = 0;
  let narrowestToNoise = Infinity;
  for (const label of labels) if (label >= 0) sizes[label]!++;
  const edges = weights.length;
  for (let e = 0; e < edges; e++) {
    const weight = weights[e]!;
    const a = labels[from[e]!]!;
    const b = labels[to[e]!]!;
    if (weight > widest) widest = weight;
    if (a === b) {
      if (a >= 0 && weight > widestInside[a]!) widestInside[a] = weight;
    } else if (a < 0 || b < 0) {
      if (weight < narrowestToNoise) narrowestToNoise = weight;
    } else {
      if (weight < narrowestBetween[a]!) narrowestBetween[a] = weight;
      if (weight < narrowestBetween[b]!) narrowestBetween[b] = weight;
    }
  }
  // A cluster with noise all around has no edge to another: then twice the widest edge stands in for it.
  const standIn = 2 * (clusters > 1 || narrowestToNoise === Infinity ? widest : narrowestToNoise);
  let total = 0;
  for (let cluster = 0; cluster < clusters; cluster++) {
    const inside = widestInside[cluster]!;
    const between = narrowestBetween[cluster] === Infinity ? standIn : narrowestBetween[cluster]!;
    const larger = Math.max(inside, between);
    if (larger > 0) total += (sizes[cluster]! / labels.length) * ((between - inside) / larger);
  }
  return total;
}
