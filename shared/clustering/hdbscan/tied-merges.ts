import { LightestEdges } from './lightest-edges.js';
import { type PointTree } from './point-tree.js';
import { PointsWithin } from './points-within.js';
import { type ReachabilityGraph } from './weighted-tree.js';

/** Distances that differ by less than this share are one, as in shared/clustering/assembly/linkage.ts. */
const tieTolerance = 1e-10;

/** Searches between two pauses: some milliseconds. */
const searchesPerStep = 500;

/**
 * The order among merges of one height h: edges of that weight count as the lighter the more points there are within h
 * of their sparser end, then of their denser one. It is what core distances rank points by, taken at h, where those that
 * are equal do not tell. Edges alike in both stay one simultaneous merge. So the order is a function of the set of points.
 *
 * Where only one pair of points is at distance h, the data do not tie, and there is nothing to order: edges weigh the
 * same only because they begin in one point, that enters there with all of them.
 */
export class TiedMerges {
  readonly #graph: ReachabilityGraph;
  readonly #within: PointsWithin;
  /** By row, while merges of one height are put in order: its part, and how many points are within the height. */
  readonly #part: Int32Array;
  readonly #count: Int32Array;

  /** `tree`, where there is one: the kd-tree that the spanning tree was grown on. */
  constructor(graph: ReachabilityGraph, tree?: PointTree) {
    this.#graph = graph;
    this.#within = new PointsWithin(graph.points, graph.metric, tree);
    this.#part = new Int32Array(graph.points.rows).fill(-1);
    this.#count = new Int32Array(graph.points.rows);
  }

  /**
   * Merges of what is given by its rows, first to last, each simultaneous: numbers below `parts.length` are parts, number
   * `parts.length + m` is what merge m made. The last one makes the whole.
   */
  *inOrder(parts: readonly Int32Array[], height: number): Generator<void, number[][], void> {
    const atOnce = [Array.from(parts.keys())];
    // Duplicates have the same points around them.
    if (parts.length === 2 || height === 0) return atOnce;
    yield* this.#within.build();
    if (!this.#tie(parts, height)) return atOnce;
    parts.forEach((rows, part) => {
      for (const row of rows) this.#part[row] = part;
    });
    const edges = new LightestEdges(parts.length, this.#graph.points.rows);
    yield* this.#collect(parts, height, edges);
    for (const rows of parts) {
      for (const row of rows) {
        this.#part[row] = -1;
        this.#count[row] = 0;
      }
    }
    return edges.merges();
  }

  /** Whether more than one pair of points is that far apart. */
  #tie(parts: readonly Int32Array[], height: number): boolean {
    const { coreDistances } = this.#graph;
    const entering = parts.flatMap((rows) =>
      rows.length === 1 && coreDistances[rows[0]!]! >= height * (1 - tieTolerance) ? [rows[0]!] : [],
    );
    // Without any, each of the two or more edges is between points that far apart.
    if (entering.length === 0 || entering.length > 2) return true;
    const [near, far] = [height * (1 - tieTolerance), height * (1 + tieTolerance)];
    const found = entering.reduce(
      (sum, row) => sum + this.#within.count(row, far) - this.#within.count(row, near),
      0,
    );
    if (found !== 2 || entering.length === 1) return found > 1;
    // Two entering points with one pair each: the same pair, or one more.
    const [a, b] = [entering[0]!, entering[1]!];
    return !this.#within.rows(a, far).includes(b) || this.#within.rows(a, near).includes(b);
  }

  /** The edges between parts. All are found from the parts but the largest. */
  *#collect(parts: readonly Int32Array[], height: number, edges: LightestEdges): Generator<void, void, void> {
    const { alpha } = this.#graph;
    const largest = parts.reduce((best, rows, part) => (rows.length > parts[best]!.length ? part : best), 0);
    let searches = 0;
    for (let part = 0; part < parts.length; part++) {
      if (part === largest) continue;
      for (const row of parts[part]!) {
        // Lighter edges would have joined the parts before.
        for (const other of this.#within.rows(row, alpha * height * (1 + tieTolerance))) {
          const otherPart = this.#part[other]!;
          if (otherPart < 0 || otherPart === part) continue;
          edges.add(part, otherPart, this.#pointsAround(row, height), this.#pointsAround(other, height));
        }
        if (++searches % searchesPerStep === 0) yield;
      }
    }
  }

  #pointsAround(row: number, height: number): number {
    this.#count[row] ||= this.#within.count(row, height * (1 + tieTolerance));
    return this.#count[row]!;
  }
}
