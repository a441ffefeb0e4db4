import { type AsOfMonth } from '../contracts/as-of-month.js';
import { type Matrix, zeros } from '../numeric/matrix.js';
import { matchSegments, type SegmentMatch } from './match-segments.js';
import { bear, emptyRegistry, livingSegments, retire, type SegmentRegistry } from './segment-registry.js';

/** What a run leaves behind for the next one to continue. */
export interface IdentifiedRun {
  readonly registry: SegmentRegistry;
  readonly shopIds: readonly string[];
  /** A retailer each; null is noise. */
  readonly segmentIds: readonly (string | null)[];
  /** One row a segment of `ids`, in the space of this run's centroids. */
  readonly centroids?: { readonly ids: readonly string[]; readonly values: Matrix } | undefined;
}

export interface Identification {
  /** Segment of each cluster 0…k−1; null for cluster numbers without retailers. */
  readonly segmentOfCluster: readonly (string | null)[];
  /** For each cluster with retailers, which segment it continues, and on what evidence. */
  readonly matches: readonly SegmentMatch[];
  readonly registry: SegmentRegistry;
  readonly born: readonly string[];
  readonly retired: readonly string[];
  /**
   * For each retailer, the cluster that now carries its previous segment; −1 where it was noise, −2 where it was
   * unknown or its segment is gone. What hysteresis needs.
   */
  readonly previousCluster: Int32Array;
}

/**
 * Gives each cluster its lasting segment ID: inherited where it continues a segment of the previous run, else new,
 * new ones numbered by falling size. Segments that nothing continues retire; their IDs never return.
 */
export function identifySegments(input: {
  readonly asOf: AsOfMonth;
  readonly shopIds: readonly string[];
  /** A retailer each, −1 noise. */
  readonly labels: Int32Array;
  readonly clusters: number;
  /** k × d: decides between equal overlaps. */
  readonly centroids?: Matrix | undefined;
  readonly previous?: IdentifiedRun | undefined;
}): Identification {
  const { asOf, shopIds, labels, clusters, previous } = input;
  const before = new Map(previous?.shopIds.map((id, i) => [id, previous.segmentIds[i] ?? null]));
  const living = livingSegments(previous?.registry ?? emptyRegistry).map((segment) => segment.id);
  const sizes = new Int32Array(clusters);
  for (const label of labels) if (label >= 0) sizes[label] = sizes[label]! + 1;

  const matches = matchSegments({
    labels,
    clusters,
    previous: shopIds.map((id) => before.get(id) ?? null),
    segmentIds: living,
    centroids: centroidsOf(input.centroids, previous, living),
  }).filter((match) => sizes[match.cluster]! > 0);

  let registry = previous?.registry ?? emptyRegistry;
  const segmentOfCluster: (string | null)[] = new Array<string | null>(clusters).fill(null);
  for (const match of matches) segmentOfCluster[match.cluster] = match.segmentId;
  const inherited = new Set(segmentOfCluster);
  const gone = living.filter((id) => !inherited.has(id));
  registry = retire(registry, new Set(gone), asOf);
  const fresh = matches.filter((match) => match.segmentId === null).map((match) => match.cluster);
  fresh.sort((a, b) => sizes[b]! - sizes[a]! || a - b);
  const born = fresh.map((cluster) => {
    const birth = bear(registry, asOf);
    registry = birth.registry;
    segmentOfCluster[cluster] = birth.id;
    return birth.id;
  });

  const clusterOf = new Map(segmentOfCluster.map((id, cluster) => [id, cluster]));
  const previousCluster = Int32Array.from(shopIds, (id) => {
    const segment = before.get(id);
    if (segment === undefined) return -2;
    return segment === null ? -1 : (clusterOf.get(segment) ?? -2);
  });
  return { segmentOfCluster, matches, registry, born, retired: gone, previousCluster };
}

function centroidsOf(
  clusters: Matrix | undefined,
  previous: IdentifiedRun | undefined,
  living: readonly string[],
): { clusters: Matrix; segments: Matrix } | undefined {
  const known = previous?.centroids;
  if (clusters === undefined || known === undefined || known.values.columns !== clusters.columns)
    return undefined;
  const segments = zeros(living.length, clusters.columns);
  living.forEach((id, to) => {
    const from = known.ids.indexOf(id);
    const values = known.values.data.subarray(from * clusters.columns, (from + 1) * clusters.columns);
    if (from >= 0) segments.data.set(values, to * clusters.columns);
    else segments.data.fill(NaN, to * clusters.columns, (to + 1) * clusters.columns);
  });
  return { clusters, segments };
}
