import { type ClusterLabels } from './cluster-labels.js';
import { type CondensedTree } from './condensed-tree.js';

/** By point: how close to the cluster's core, λ of the point / largest λ of its cluster, 0 to 1; 0 for noise. */
export function membershipProbabilities(
  { death, pointLambda }: CondensedTree,
  { labels, clusterOf }: ClusterLabels,
): Float64Array {
  return Float64Array.from(labels, (label, i) =>
    label < 0 ? 0 : strengthAt(pointLambda[i]!, death[clusterOf[label]!]!),
  );
}

/** λ as a share of the cluster's largest, at most 1: 1 among duplicates, where both are infinite. */
export function strengthAt(lambda: number, largest: number): number {
  return largest === 0 || lambda >= largest ? 1 : lambda / largest;
}

/**
 * By label: excess of mass as a share of what the cluster would have if all its points stayed to the end of the
 * tree. 1 where that is not finite, among duplicates; above 1 at most for the root, of which only the points count
 * that stay long enough.
 */
export function clusterPersistence(
  tree: CondensedTree,
  { labels, clusterOf }: ClusterLabels,
  excess: Float64Array,
): Float64Array {
  const largest = tree.pointLambda.reduce((a, b) => Math.max(a, b), 0);
  const sizes = new Int32Array(clusterOf.length);
  for (const label of labels) if (label >= 0) sizes[label]!++;
  return Float64Array.from(clusterOf, (cluster, label) =>
    largest === Infinity || largest === 0 || sizes[label] === 0
      ? 1
      : excess[cluster]! / (sizes[label]! * largest),
  );
}
