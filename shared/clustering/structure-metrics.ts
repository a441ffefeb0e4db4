import { type StructureMetrics } from '../contracts/structure-metrics.js';

/** Sizes of the clusters 0…k−1; noise (negative labels) is not counted. */
export function clusterSizes(labels: Int32Array): Int32Array {
  let clusters = 0;
  for (const label of labels) clusters = Math.max(clusters, label + 1);
  const sizes = new Int32Array(clusters);
  for (const label of labels) if (label >= 0) sizes[label] = sizes[label]! + 1;
  return sizes;
}

/** The shape of one clustering, −1 being noise. Cluster numbers without retailers do not count as clusters. */
export function structureMetrics(labels: Int32Array): StructureMetrics {
  return metricsOfSizes(Array.from(clusterSizes(labels)), labels.length);
}

/** The same from the clusters' sizes, where `total` retailers were looked at. */
export function metricsOfSizes(allSizes: readonly number[], total: number): StructureMetrics {
  const sizes = allSizes.filter((size) => size > 0);
  const clustered = sizes.reduce((sum, size) => sum + size, 0);
  if (clustered === 0)
    return { clusters: 0, noise: total === 0 ? 0 : 1, largestShare: 0, effectiveClusters: 0 };
  let entropy = 0;
  for (const size of sizes) entropy -= (size / clustered) * Math.log(size / clustered);
  return {
    clusters: sizes.length,
    noise: (total - clustered) / total,
    largestShare: Math.max(...sizes) / clustered,
    effectiveClusters: Math.exp(entropy),
  };
}
