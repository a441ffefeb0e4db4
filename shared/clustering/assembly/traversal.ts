import { Context } from './context';
import { getF, setF } from './memory';

/** Scratch that one thread needs for a search: addresses into a block of its own. */
@unmanaged
export class Workspace {
  /** f64[d]: the point that asks. */
  query: usize;
  /** f64[capacity]: distances to the points of the leaf at hand. */
  distances: usize;
  /** f64[k], i32[k]: the nearest so far, by distance. */
  nearest: usize;
  nearestSlots: usize;
  /** i32[], f64[]: nodes put off, and lower bounds of their distance. */
  stackNodes: usize;
  stackBounds: usize;
}

/** Copies the coordinates of a slot to the workspace. */
export function takeSlot(c: Context, slot: i32, query: usize): void {
  const leaf = slot / c.capacity;
  const at = leaf * c.d * c.capacity + (slot - leaf * c.capacity);
  for (let j = 0; j < c.d; j++) setF(query, j, getF(c.blocks, at + j * c.capacity));
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
 * Distances from the query to the points of a leaf, eight at a time: summed coordinate after coordinate, as a plain
 * loop would, so that every path through the library gives a distance the same bits. Gives false when none is below
 * `limit`; then `out` may not be complete.
 */
export function scanLeaf(c: Context, leaf: i32, query: usize, limit: f64, out: usize): bool {
  const d = c.d;
  const stride = (<usize>c.capacity) << 3;
  const bound = f64x2.splat(limit);
  let any = false;
  const base = c.blocks + <usize>leaf * <usize>d * stride;
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
    if (below) {
      any = true;
      v128.store(out + offset, s0);
      v128.store(out + offset, s1, 16);
      v128.store(out + offset, s2, 32);
      v128.store(out + offset, s3, 48);
    } else {
      const far = f64x2.splat(Infinity);
      v128.store(out + offset, far);
      v128.store(out + offset, far, 16);
      v128.store(out + offset, far, 32);
      v128.store(out + offset, far, 48);
    }
  }
  return any;
}
