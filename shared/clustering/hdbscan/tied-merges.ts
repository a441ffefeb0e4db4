import { firstCopies } from './first-copies.js';
import { LightestEdges } from './lightest-edges.js';
import { type MergeOrder } from './merge-order.js';
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
export class TiedMerges implements MergeOrder {
  readonly #graph: ReachabilityGraph;
  readonly #within: PointsWithin;
  /** By row, while merges of one height are put in order: its part, and how many points are within the height. */
  readonly #part: Int32Array;
  readonly #count: Int32Array;
  #firstCopy: Int32Array | undefined;

  /** `tree`, where there is one: the kd-tree that the spanning tree was grown on. */
  constructor(graph: ReachabilityGraph, tree?: PointTree) {
    this.#graph = graph;
    this.#within = new PointsWithin(graph.points, graph.metric, tree);
    this.#part = new Int32Array(graph.points.rows).fill(-1);
    this.#count = new Int32Array(graph.points.rows);
  }

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

  /**
   * The edges between parts: all are found from the parts but the largest. Copies of a point have the same edges, so that
   * after their lightest they are together: of one copy all edges are taken, of the others that one.
   */
  *#collect(parts: readonly Int32Array[], height: number, edges: LightestEdges): Generator<void, void, void> {
    const reach = this.#graph.alpha * height * (1 + tieTolerance);
    const firstCopy = (this.#firstCopy ??= firstCopies(this.#graph.points));
    const largest = parts.reduce((best, rows, part) => (rows.length > parts[best]!.length ? part : best), 0);
    const skipped = parts[largest]!.length > 1 ? largest : -1;
    /** By first copy: the part of the point's lightest edge, and how many points are around its other end. */
    const lightest = new Map<number, { part: number; around: number }>();
    let searches = 0;
    for (let part = 0; part < parts.length; part++) {
      if (part === skipped) continue;
      for (const row of parts[part]!) {
        if (firstCopy[row] !== row) continue;
        const near = this.#within.rows(row, reach);
        if (this.#graph.alpha === 1) this.#count[row] = near.length;
        const own = this.#pointsAround(row, height);
        /** By part, the denser end that lies in it: the other end is this row. */
        const ends = new Map<number, number>();
        // Lighter edges would have joined the parts before.
        for (const other of near) {
          const otherPart = this.#part[other]!;
          if (otherPart < 0 || otherPart === part || firstCopy[other] !== other) continue;
          const around = this.#pointsAround(other, height);
          if (around > (ends.get(otherPart) ?? 0)) ends.set(otherPart, around);
        }
        let best = { part, around: own };
        for (const [otherPart, around] of ends) {
          edges.add(part, otherPart, own, around);
          if (around > best.around) best = { part: otherPart, around };
        }
        if (parts[part]!.length === 1) lightest.set(row, best);
        if (++searches % searchesPerStep === 0) yield;
      }
    }
    parts.forEach((rows, part) => {
      const row = rows[0]!;
      const best = rows.length === 1 && firstCopy[row] !== row ? lightest.get(firstCopy[row]!) : undefined;
      if (best) edges.add(part, best.part, this.#pointsAround(row, height), best.around);
    });
  }

  #pointsAround(row: number, height: number): number {
    this.#count[row] ||= this.#within.count(row, height * (1 + tieTolerance));
    return this.#count[row]!;
  }
}
