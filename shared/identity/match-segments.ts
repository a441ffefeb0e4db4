import { type Matrix, zeros } from '../numeric/matrix.js';
import { assignMaximum } from './hungarian.js';

/** A cluster that inherits less than this Jaccard overlap from a segment is a new segment, not that one. */
export const minimumInheritedJaccard = 0.1;

export interface SegmentMatch {
  readonly cluster: number;
  /** The segment that the cluster continues, null where it is new. */
  readonly segmentId: string | null;
  /** Retailers in both, of those present in both runs. */
  readonly overlap: number;
  /** Overlap by union, on retailers present in both runs. */
  readonly jaccard: number;
}

/** Squared distances of clusters to segments become a bonus that all matches together keep below one retailer. */
function addCloseness(weights: Matrix, clusters: Matrix, segments: Matrix): void {
  const d = clusters.columns;
  const share = 1 / (2 * (Math.min(weights.rows, weights.columns) + 1));
  for (let c = 0; c < weights.rows; c++) {
    for (let s = 0; s < weights.columns; s++) {
      const at = c * weights.columns + s;
      if (weights.data[at] === 0) continue;
      let distance = 0;
      for (let j = 0; j < d; j++) {
        const difference = clusters.data[c * d + j]! - segments.data[s * d + j]!;
        distance += difference * difference;
      }
      if (Number.isFinite(distance)) weights.data[at] = weights.data[at]! + share / (1 + Math.sqrt(distance));
    }
  }
}

/**
 * Which of this run's clusters continues which of the previous run's segments: the one-to-one matching that keeps
 * most retailers (so that splits and merges inherit by the larger part), equal overlaps decided by the nearer
 * centroid. `labels[i]` (−1 noise) and `previous[i]` (null: noise or not in the previous run) describe retailer i.
 */
export function matchSegments(input: {
  readonly labels: Int32Array;
  readonly clusters: number;
  readonly previous: readonly (string | null)[];
  readonly segmentIds: readonly string[];
  /** Same columns, one row a cluster and one a segment. */
  readonly centroids?: { readonly clusters: Matrix; readonly segments: Matrix } | undefined;
}): SegmentMatch[] {
  const { labels, clusters, previous, segmentIds, centroids } = input;
  const column = new Map(segmentIds.map((id, at) => [id, at]));
  const overlaps = zeros(clusters, segmentIds.length);
  const clusterSizes = new Float64Array(clusters);
  const segmentSizes = new Float64Array(segmentIds.length);
  for (let i = 0; i < labels.length; i++) {
    const c = labels[i]!;
    const s = previous[i] === null ? undefined : column.get(previous[i]!);
    if (s === undefined) continue;
    segmentSizes[s] = segmentSizes[s]! + 1;
    if (c < 0) continue;
    clusterSizes[c] = clusterSizes[c]! + 1;
    overlaps.data[c * segmentIds.length + s] = overlaps.data[c * segmentIds.length + s]! + 1;
  }
  const jaccard = (c: number, s: number): number => {
    const overlap = overlaps.data[c * segmentIds.length + s]!;
    return overlap === 0 ? 0 : overlap / (clusterSizes[c]! + segmentSizes[s]! - overlap);
  };
  const weights = { ...overlaps, data: overlaps.data.slice() };
  for (let c = 0; c < clusters; c++) {
    for (let s = 0; s < segmentIds.length; s++) {
      if (jaccard(c, s) < minimumInheritedJaccard) weights.data[c * segmentIds.length + s] = 0;
    }
  }
  if (centroids !== undefined) addCloseness(weights, centroids.clusters, centroids.segments);
  const assigned = assignMaximum(weights);
  return Array.from({ length: clusters }, (_, cluster) => {
    const s = assigned[cluster]!;
    if (s < 0 || weights.data[cluster * segmentIds.length + s] === 0) {
      return { cluster, segmentId: null, overlap: 0, jaccard: 0 };
    }
    const overlap = overlaps.data[cluster * segmentIds.length + s]!;
    return { cluster, segmentId: segmentIds[s]!, overlap, jaccard: jaccard(cluster, s) };
  });
}
