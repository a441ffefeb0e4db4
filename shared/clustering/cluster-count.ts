/** Clusters 0…k−1 of `labels` (−1 noise): k, 0 where all is noise. */
export function clusterCount(labels: Int32Array): number {
  return labels.reduce((most, label) => Math.max(most, label + 1), 0);
}
