import { Context } from './context';
import { getF, getI, setF, setI } from './memory';
import { reachInFrame, scaleQuery, siftLeaf, turnQuery } from './sift';

/** Scratch that one thread needs for a search: addresses into a block of its own. */
@unmanaged
export class Workspace {
  /** f64[d]: the point that asks. */
  query: usize;
  /** f64[d]: the same as the tree has its points. */
  turned: usize;
  /** f32[d], f64[1]: that scaled, and its norm then. */
  query32: usize;
  queryNorm: usize;
  /** 64 bytes of scratch. */
  sifted: usize;
  /** i32[capacity], f64[capacity]: points of the leaf at hand and their distances. */
  slots: usize;
  distances: usize;
  /** f64[k], i32[k]: the nearest so far, by distance. */
  nearest: usize;
  nearestSlots: usize;
  /** i32[], f64[]: nodes put off, and lower bounds of their distance. */
  stackNodes: usize;
  stackBounds: usize;
}

/** Makes a slot the query. */
export function takeSlot(c: Context, w: Workspace, slot: i32): void {
  const offset = (<usize>(getI(c.rowOf, slot) * c.d)) << 3;
  memory.copy(w.query, c.original + offset, (<usize>c.d) << 3);
  memory.copy(w.turned, c.rows + offset, (<usize>c.d) << 3);
  if (c.sift) scaleQuery(c, w);
}

/** Makes d numbers in memory the query. */
export function takeRow(c: Context, w: Workspace, row: usize): void {
  memory.copy(w.query, row, (<usize>c.d) << 3);
  if (c.sift) {
    turnQuery(c, w);
    scaleQuery(c, w);
  } else {
    memory.copy(w.turned, row, (<usize>c.d) << 3);
  }
}

/** What a node's lower bound must reach for none of its points to be nearer than `limit`. */
export function reachOf(c: Context, w: Workspace, limit: f64): f64 {
  return c.sift ? reachInFrame(c, w, limit) : limit;
}

/** Lower bounds of the distance from the query to both children of a node, as one vector. */
export function childBounds(c: Context, node: i32, query: usize): v128 {
  const d = c.d;
  let box = c.boxes + ((<usize>(node * d)) << 5);
  let sum = f64x2.splat(0);
  const zero = f64x2.splat(0);
  if (c.manhattan) {
    for (let j = 0; j < d; j++, box += 32) {
      const q = v128.load64_splat(query + ((<usize>j) << 3));
      const below = f64x2.sub(v128.load(box), q);
      const above = f64x2.sub(q, v128.load(box, 16));
      sum = f64x2.add(sum, f64x2.pmax(zero, f64x2.pmax(below, above)));
    }
  } else {
    for (let j = 0; j < d; j++, box += 32) {
      const q = v128.load64_splat(query + ((<usize>j) << 3));
      const below = f64x2.sub(v128.load(box), q);
      const above = f64x2.sub(q, v128.load(box, 16));
      const gap = f64x2.pmax(zero, f64x2.pmax(below, above));
      sum = f64x2.add(sum, f64x2.mul(gap, gap));
    }
  }
  return sum;
}

/**
 * The points of a leaf that are nearer to the query than `limit`: their number; slots and distances are left in the
 * workspace. A distance is summed coordinate after coordinate, as a plain loop would, eight points at a time, so that
 * every path through the library gives it the same bits.
 */
export function scanLeaf(c: Context, w: Workspace, leaf: i32, limit: f64): i32 {
  if (c.sift) return siftLeaf(c, w, leaf, limit);
  const query = w.query;
  const d = c.d;
  const stride = (<usize>c.capacity) << 3;
  const bound = f64x2.splat(limit);
  const base = c.blocks + <usize>leaf * <usize>d * stride;
  let found = 0;
  for (let offset: usize = 0; offset < stride; offset += 64) {
    let at = base + offset;
    let s0 = f64x2.splat(0);
    let s1 = f64x2.splat(0);
    let s2 = f64x2.splat(0);
    let s3 = f64x2.splat(0);
    let below = true;
    for (let j = 0; j < d;) {
      const end = min(j + 8, d);
      if (c.manhattan) {
        for (; j < end; j++, at += stride) {
          const q = v128.load64_splat(query + ((<usize>j) << 3));
          s0 = f64x2.add(s0, f64x2.abs(f64x2.sub(v128.load(at), q)));
          s1 = f64x2.add(s1, f64x2.abs(f64x2.sub(v128.load(at, 16), q)));
          s2 = f64x2.add(s2, f64x2.abs(f64x2.sub(v128.load(at, 32), q)));
          s3 = f64x2.add(s3, f64x2.abs(f64x2.sub(v128.load(at, 48), q)));
        }
      } else {
        for (; j < end; j++, at += stride) {
          const q = v128.load64_splat(query + ((<usize>j) << 3));
          const d0 = f64x2.sub(v128.load(at), q);
          const d1 = f64x2.sub(v128.load(at, 16), q);
          const d2 = f64x2.sub(v128.load(at, 32), q);
          const d3 = f64x2.sub(v128.load(at, 48), q);
          s0 = f64x2.add(s0, f64x2.mul(d0, d0));
          s1 = f64x2.add(s1, f64x2.mul(d1, d1));
          s2 = f64x2.add(s2, f64x2.mul(d2, d2));
          s3 = f64x2.add(s3, f64x2.mul(d3, d3));
        }
      }
      const least = f64x2.pmin(f64x2.pmin(s0, s1), f64x2.pmin(s2, s3));
      if (!v128.any_true(f64x2.lt(least, bound))) {
        below = false;
        break;
      }
    }
    if (!below) continue;
    let mask =
      i64x2.bitmask(f64x2.lt(s0, bound)) |
      (i64x2.bitmask(f64x2.lt(s1, bound)) << 2) |
      (i64x2.bitmask(f64x2.lt(s2, bound)) << 4) |
      (i64x2.bitmask(f64x2.lt(s3, bound)) << 6);
    v128.store(w.sifted, s0);
    v128.store(w.sifted, s1, 16);
    v128.store(w.sifted, s2, 32);
    v128.store(w.sifted, s3, 48);
    const first = leaf * c.capacity + <i32>(offset >> 3);
    for (; mask !== 0; mask &= mask - 1, found++) {
      const lane = ctz(mask);
      setI(w.slots, found, first + lane);
      setF(w.distances, found, getF(w.sifted, lane));
    }
  }
  return found;
}
