import { type Metric } from '../../../shared/clustering/hdbscan/index.js';
import { type WeightedTree } from '../../../shared/clustering/hdbscan/weighted-tree.js';
import { type Matrix } from '../../../shared/numeric/matrix.js';

/** Mutual reachability distances of all pairs, n × n, straight from the definition (Campello et al. 2013). */
export function reachabilityMatrix(
  points: Matrix,
  { minSamples, metric = 'euclidean', alpha = 1 }: { minSamples: number; metric?: Metric; alpha?: number },
): Float64Array {
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

/**
 * The condensed hierarchy by definition: the components of the graph of all pairs closer than a distance, for every
 * distance at which they change. A cluster lives on in the one part of at least `minClusterSize` points, or ends where
 * there is none or more than one.
 */
export function levelSetClusters(distances: Float64Array, minClusterSize: number): LevelSetCluster[] {
  const n = Math.sqrt(distances.length);
  const clusters: LevelSetCluster[] = [];
  const todo = [{ parent: -1, birth: 0, points: Array.from({ length: n }, (_, i) => i) }];
  for (let next = todo.shift(); next; next = todo.shift()) {
    const number = clusters.length;
    let points = next.points;
    let stability = 0;
    for (;;) {
      const height = connectingDistance(distances, n, points);
      const lambda = height > 0 ? 1 / height : Infinity;
      const large = components(distances, n, points, height).filter((part) => part.length >= minClusterSize);
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
): number[][] {
  const left = new Set(points);
  const parts: number[][] = [];
  for (const start of points) {
    if (!left.delete(start)) continue;
    const part = [start];
    for (let at = 0; at < part.length; at++) {
      for (const other of left) {
        if (distances[part[at]! * n + other]! < below) {
          left.delete(other);
          part.push(other);
        }
      }
    }
    parts.push(part);
  }
  return parts;
}
