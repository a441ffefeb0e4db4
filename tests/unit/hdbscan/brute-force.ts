import { type Metric } from '../../../shared/clustering/hdbscan/index.js';
import { type WeightedTree } from '../../../shared/clustering/hdbscan/weighted-tree.js';
import { type Matrix } from '../../../shared/numeric/matrix.js';

/** Distances of all pairs, n × n. */
function distanceMatrix(points: Matrix, metric: Metric = 'euclidean'): Float64Array {
  const { data, rows: n, columns: d } = points;
  const distances = new Float64Array(n * n);
  for (let a = 0; a < n; a++) {
    for (let b = 0; b < n; b++) {
      let sum = 0;
      for (let j = 0; j < d; j++) {
        const difference = data[a * d + j]! - data[b * d + j]!;
        sum += metric === 'euclidean' ? difference * difference : Math.abs(difference);
      }
      distances[a * n + b] = metric === 'euclidean' ? Math.sqrt(sum) : sum;
    }
  }
  return distances;
}

/** Mutual reachability distances of all pairs, n × n, straight from the definition (Campello et al. 2013). */
export function reachabilityMatrix(
  points: Matrix,
  { minSamples, metric = 'euclidean', alpha = 1 }: { minSamples: number; metric?: Metric; alpha?: number },
): Float64Array {
  const n = points.rows;
  const distances = distanceMatrix(points, metric);
  // Position 0 of a sorted row is the point itself, which does not count.
  const neighbour = Math.min(minSamples, n - 1);
  const core = Float64Array.from(
    { length: n },
    (_, a) => distances.slice(a * n, (a + 1) * n).sort()[neighbour]!,
  );
  return distances.map((distance, at) =>
    Math.max(core[Math.floor(at / n)]!, core[at % n]!, distance / alpha),
  );
}

/** Prim's algorithm on a full matrix. Of equal edges it takes the one to the point that comes first in `order`. */
export function primTree(
  distances: Float64Array,
  order: readonly number[] = Array.from({ length: Math.sqrt(distances.length) }, (_, i) => i),
): WeightedTree {
  const n = order.length;
  const edges = { from: new Int32Array(n - 1), to: new Int32Array(n - 1), weight: new Float64Array(n - 1) };
  const nearest = new Int32Array(n).fill(order[0]!);
  const inside = new Uint8Array(n);
  inside[order[0]!] = 1;
  for (let e = 0; e < n - 1; e++) {
    let next = -1;
    for (const i of order) {
      if (inside[i]) continue;
      if (next < 0 || distances[nearest[i]! * n + i]! < distances[nearest[next]! * n + next]!) next = i;
    }
    edges.from[e] = nearest[next]!;
    edges.to[e] = next;
    edges.weight[e] = distances[nearest[next]! * n + next]!;
    inside[next] = 1;
    for (const i of order) {
      if (!inside[i] && distances[next * n + i]! < distances[nearest[i]! * n + i]!) nearest[i] = next;
    }
  }
  return edges;
}

export function totalWeight({ weight }: WeightedTree): number {
  return weight.reduce((sum, value) => sum + value, 0);
}

/** A condensed cluster as the set of its points, from level sets alone: no tree, no order of merges. */
export interface LevelSetCluster {
  readonly parent: number;
  readonly birth: number;
  readonly death: number;
  readonly stability: number;
  /** Points at birth. */
  readonly points: readonly number[];
}

/** The pairs of points in the order in which they merge: equal numbers at once; and by number, the distance. */
export interface MergeOrder {
  /** n × n. */
  readonly ranks: Float64Array;
  readonly heights: readonly number[];
}

/** Pairs by distance alone. */
export function byDistance(distances: Float64Array): MergeOrder {
  const heights = [...new Set(distances)].sort((a, b) => a - b);
  const rank = new Map(heights.map((height, at) => [height, at]));
  return { ranks: distances.map((distance) => rank.get(distance)!), heights };
}

/**
 * Pairs by mutual reachability distance h; where more than one pair of points is at distance h of each other, then by
 * how many points lie within h of the sparser of the two, then of the denser one, more of them first.
 */
export function refinedOrder(
  points: Matrix,
  options: { minSamples: number; metric?: Metric; alpha?: number },
): MergeOrder {
  const n = points.rows;
  const reach = reachabilityMatrix(points, options);
  const raw = distanceMatrix(points, options.metric);
  // At other distances nothing merges.
  const heights = new Set(primTree(reach).weight);
  const core = Float64Array.from({ length: n }, (_, a) => reach[a * n + a]!);
  const keys = Array.from(reach, (height) => [height, 0, 0] as [number, number, number]);
  for (const height of heights) {
    if (height === 0) continue;
    for (const group of components(reach, n, Array.from(core.keys()), height, true)) {
      if (!tied(raw, core, group, height)) continue;
      const around = new Map(
        group.map((a) => [a, raw.subarray(a * n, (a + 1) * n).filter((other) => other <= height).length]),
      );
      for (const a of group) {
        for (const b of group) {
          if (reach[a * n + b] !== height) continue;
          const both = [around.get(a)!, around.get(b)!];
          keys[a * n + b] = [height, -Math.min(...both), -Math.max(...both)];
        }
      }
    }
  }
  const order = [...new Map(keys.map((key) => [key.join(' '), key])).entries()].sort(
    ([, a], [, b]) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2],
  );
  const rank = new Map(order.map(([text], at) => [text, at]));
  return {
    ranks: Float64Array.from(keys, (key) => rank.get(key.join(' '))!),
    heights: order.map(([, key]) => key[0]),
  };
}

/** Whether what merges at a height does so for more than one pair of points at that distance. */
function tied(raw: Float64Array, core: Float64Array, group: readonly number[], height: number): boolean {
  const n = core.length;
  const entering = group.filter((a) => core[a] === height);
  const pairs = new Set<string>();
  for (const a of entering) {
    for (let b = 0; b < n; b++) {
      if (a !== b && raw[a * n + b] === height) pairs.add([Math.min(a, b), Math.max(a, b)].join(' '));
    }
  }
  return entering.length === 0 || pairs.size > 1;
}

/**
 * The condensed hierarchy by definition: the components of the graph of all pairs that merge before a rank, for every
 * rank at which they change. A cluster lives on in the one part of at least `minClusterSize` points, or ends where
 * there is none or more than one.
 */
export function levelSetClusters({ ranks, heights }: MergeOrder, minClusterSize: number): LevelSetCluster[] {
  const n = Math.sqrt(ranks.length);
  const clusters: LevelSetCluster[] = [];
  const todo = [{ parent: -1, birth: 0, points: Array.from({ length: n }, (_, i) => i) }];
  for (let next = todo.shift(); next; next = todo.shift()) {
    const number = clusters.length;
    let points = next.points;
    let stability = 0;
    for (;;) {
      const rank = connectingDistance(ranks, n, points);
      const lambda = heights[rank]! > 0 ? 1 / heights[rank]! : Infinity;
      const large = components(ranks, n, points, rank).filter((part) => part.length >= minClusterSize);
      const staying = large.length === 1 ? large[0]!.length : 0;
      stability += (lambda - next.birth) * (points.length - staying);
      if (large.length === 1) {
        points = large[0]!;
        continue;
      }
      clusters.push({ ...next, death: lambda, stability });
      for (const part of large) todo.push({ parent: number, birth: lambda, points: part });
      break;
    }
  }
  return clusters;
}

/** The smallest distance up to which edges connect the points. */
function connectingDistance(distances: Float64Array, n: number, points: readonly number[]): number {
  const size = points.length;
  const own = Float64Array.from(
    { length: size * size },
    (_, at) => distances[points[Math.floor(at / size)]! * n + points[at % size]!]!,
  );
  return primTree(own).weight.reduce((a, b) => Math.max(a, b), 0);
}

function components(
  distances: Float64Array,
  n: number,
  points: readonly number[],
  below: number,
  orEqual = false,
): number[][] {
  const left = new Set(points);
  const parts: number[][] = [];
  for (const start of points) {
    if (!left.delete(start)) continue;
    const part = [start];
    for (let at = 0; at < part.length; at++) {
      for (const other of left) {
        const distance = distances[part[at]! * n + other]!;
        if (distance < below || (orEqual && distance === below)) {
          left.delete(other);
          part.push(other);
        }
      }
    }
    parts.push(part);
  }
  return parts;
}
