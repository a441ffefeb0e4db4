import { SegmentsError } from '../../errors.js';
import { type Matrix } from '../../numeric/matrix.js';
import { checkPoints } from './check-points.js';
import { type Metric } from './options.js';
import { Turns } from './turns.js';

export interface ValidityOptions {
  /** Default `euclidean`. */
  readonly metric?: Metric | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface DensityBasedValidity {
  /** −1 to 1: the clusters' indices, weighted by their share of all points, noise counting as 0. */
  readonly index: number;
  /** By label, −1 to 1. */
  readonly clusters: Float64Array;
}

/** What one cluster is compared by. */
interface Shape {
  readonly size: number;
  /** Rows of points that have at least two edges in the cluster's own spanning tree; all where none has. */
  readonly inner: Int32Array;
  /** By the same: all-points core distance. */
  readonly core: Float64Array;
  /** The widest edge between such points. */
  readonly sparseness: number;
}

/**
 * DBCV, density-based cluster validity (Moulavi et al. 2014), of any labelling of points (−1 noise, 0 to k − 1): how much
 * wider the gap from each cluster to the next is than the widest gap inside, by mutual reachability of all-points core
 * distances. 0 where there are fewer than two clusters. O(n² · d) time, O(n) memory; `relativeValidity` of a fit comes at
 * no cost. Agrees with Python's hdbscan.validity, also in that points whose edges tie count as inner ones by the order of
 * the rows.
 * @throws SegmentsError InvalidMatrix; the signal's reason.
 */
export async function densityBasedValidity(
  points: Matrix,
  labels: Int32Array,
  { metric = 'euclidean', signal }: ValidityOptions = {},
): Promise<DensityBasedValidity> {
  checkPoints(points);
  const members = membersOf(points, labels);
  const turns = new Turns(signal);
  const shapes: Shape[] = [];
  for (const rows of members) shapes.push(await turns.through(describe(points, rows, metric)));
  const clusters = new Float64Array(shapes.length);
  if (shapes.length < 2) return { index: 0, clusters };
  const separation = new Float64Array(shapes.length).fill(Infinity);
  for (let a = 0; a < shapes.length; a++) {
    for (let b = a + 1; b < shapes.length; b++) {
      const gap = await turns.through(gapBetween(points, shapes[a]!, shapes[b]!, metric));
      separation[a] = Math.min(separation[a]!, gap);
      separation[b] = Math.min(separation[b]!, gap);
    }
  }
  let index = 0;
  shapes.forEach(({ size, sparseness }, label) => {
    const larger = Math.max(separation[label]!, sparseness);
    clusters[label] = larger > 0 ? (separation[label]! - sparseness) / larger : 0;
    index += (size / points.rows) * clusters[label]!;
  });
  return { index, clusters };
}

function membersOf(points: Matrix, labels: Int32Array): number[][] {
  const members: number[][] = [];
  if (labels.length !== points.rows) refuse(`There are ${labels.length} labels for ${points.rows} points.`);
  labels.forEach((label, row) => {
    if (label < -1) refuse(`The label of row ${row} is ${label}.`);
    if (label >= 0) (members[label] ??= []).push(row);
  });
  for (let label = 0; label < members.length; label++) {
    const size = members[label]?.length ?? 0;
    if (size < 2) refuse(`Cluster ${label} has ${size} points; two are the least that have a distance.`);
  }
  return members;
}

function* describe(points: Matrix, rows: readonly number[], metric: Metric): Generator<void, Shape, void> {
  const size = rows.length;
  const core = new Float64Array(size);
  const near = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    const row = rows[i]!;
    let sum = 0;
    for (let j = 0; j < size; j++) {
      const distance = distanceBetween(points, row, rows[j]!, metric);
      if (distance > 0) sum += (1 / distance) ** points.columns;
    }
    core[i] = (sum / (size - 1)) ** (-1 / points.columns);
    if (i % rowsPerStep === 0) yield;
  }
  // Duplicates of one place only: no distance at all.
  if (core.every((distance) => distance === Infinity)) core.fill(0);

  // Prim's algorithm: it needs no more than one row of distances at a time.
  const from = new Int32Array(size - 1);
  const to = new Int32Array(size - 1);
  const weight = new Float64Array(size - 1);
  const degree = new Int32Array(size);
  const inside = new Uint8Array(size);
  near.fill(Infinity);
  const reachability = (i: number, j: number) =>
    Math.max(distanceBetween(points, rows[i]!, rows[j]!, metric), core[i]!, core[j]!);
  /** Edges tie where core distances rule; of the points in the tree the first counts, as in Python's hdbscan. */
  const firstAt = (distance: number, next: number): number => {
    let i = 0;
    while (!inside[i] || Math.abs(reachability(i, next) - distance) > 1e-8 + 1e-5 * distance) i++;
    return i;
  };
  let last = 0;
  inside[0] = 1;
  for (let e = 0; e < size - 1; e++) {
    let next = -1;
    for (let j = 0; j < size; j++) {
      if (inside[j]) continue;
      const reach = reachability(last, j);
      if (reach < near[j]!) near[j] = reach;
      if (next < 0 || near[j]! < near[next]!) next = j;
    }
    from[e] = firstAt(near[next]!, next);
    to[e] = next;
    weight[e] = near[next]!;
    degree[from[e]!]!++;
    degree[next]!++;
    inside[next] = 1;
    last = next;
    if (e % rowsPerStep === 0) yield;
  }
  let inner = Int32Array.from(degree.keys()).filter((i) => degree[i]! > 1);
  if (inner.length === 0) inner = Int32Array.of(0);
  let sparseness = 0;
  let widest = 0;
  weight.forEach((value, e) => {
    widest = Math.max(widest, value);
    if (degree[from[e]!]! > 1 && degree[to[e]!]! > 1) sparseness = Math.max(sparseness, value);
  });
  return {
    size,
    inner: inner.map((i) => rows[i]!),
    core: Float64Array.from(inner, (i) => core[i]!),
    // Without an edge between two inner points all edges count, as in the authors' own code.
    sparseness: sparseness > 0 ? sparseness : widest,
  };
}

function* gapBetween(points: Matrix, a: Shape, b: Shape, metric: Metric): Generator<void, number, void> {
  let gap = Infinity;
  for (let i = 0; i < a.inner.length; i++) {
    for (let j = 0; j < b.inner.length; j++) {
      const floor = Math.max(a.core[i]!, b.core[j]!);
      if (floor >= gap) continue;
      gap = Math.min(gap, Math.max(floor, distanceBetween(points, a.inner[i]!, b.inner[j]!, metric)));
    }
    if (i % rowsPerStep === 0) yield;
  }
  return gap;
}

const rowsPerStep = 16;

function distanceBetween({ data, columns }: Matrix, a: number, b: number, metric: Metric): number {
  let sum = 0;
  for (let j = 0; j < columns; j++) {
    const difference = data[a * columns + j]! - data[b * columns + j]!;
    sum += metric === 'euclidean' ? difference * difference : Math.abs(difference);
  }
  return metric === 'euclidean' ? Math.sqrt(sum) : sum;
}

function refuse(message: string): never {
  throw new SegmentsError('InvalidMatrix', message, {
    where: 'labels',
    remedy: 'Hand over one label a point: −1 for noise, else 0 to k − 1, each of at least two points.',
  });
}
