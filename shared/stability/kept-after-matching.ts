import { clusterCount } from '../clustering/cluster-count.js';
import { matchSegments } from '../identity/match-segments.js';

interface Clustered {
  readonly shopIds: readonly string[];
  /** −1 noise. */
  readonly labels: Int32Array;
}

/**
 * Of the retailers that are in a cluster of `before` and in `now` at all, the share whose cluster now is the one matched
 * to theirs. Null where there are none. Cluster numbers mean nothing, so they are matched first, as segments are.
 */
export function keptAfterMatching(before: Clustered, now: Clustered): number | null {
  const clusters = clusterCount(now.labels);
  const was = new Map(before.shopIds.map((id, i) => [id, before.labels[i]!]));
  const previous = now.shopIds.map((id) => {
    const label = was.get(id);
    return label === undefined || label < 0 ? null : String(label);
  });
  const segmentIds = [...new Set(before.labels)]
    .filter((label) => label >= 0)
    .sort((a, b) => a - b)
    .map(String);
  const matches = matchSegments({ labels: now.labels, clusters, previous, segmentIds });
  const matched = new Map(matches.map(({ cluster, segmentId }) => [cluster, segmentId]));
  let counted = 0;
  let same = 0;
  previous.forEach((label, i) => {
    if (label === null) return;
    counted++;
    if (matched.get(now.labels[i]!) === label) same++;
  });
  return counted === 0 ? null : same / counted;
}
