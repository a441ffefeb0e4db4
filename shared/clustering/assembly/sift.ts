import { Context } from './context';
import { getF, setF, setI } from './memory';
import { Workspace } from './traversal';

/**
 * With many columns most of the time goes into distances that turn out too large. These are found in single precision,
 * four at a time, with a margin for its rounding; what stays within the margin is computed in double precision. So the
 * outcome is exactly that of double precision.
 *
 * Margin: with u = 2⁻²⁴ coordinates are off by u of their size and differences by another u, so a distance r of points
 * with norms p and q appears as at most r (1 + u) + u (p + q); the sum of d squares is off by a share of d u.
 */
const unit: f64 = 1.0 / 16777216.0;

/** Fills the single-precision blocks. */
export function frame(context: usize): void {
  const c = changetype<Context>(context);
  const d = c.d;
  for (let j = 0; j < d; j++) {
    let sum = 0.0;
    for (let i = 0; i < c.n; i++) sum += coordinate(c, i, j) / <f64>c.n;
    setF(c.frame, j, sum);
  }
  let largest = 0.0;
  for (let leaf = 0; leaf < c.leaves; leaf++) {
    let leafLargest = 0.0;
    const end = min((leaf + 1) * c.capacity, c.n);
    for (let i = leaf * c.capacity; i < end; i++) {
      let square = 0.0;
      for (let j = 0; j < d; j++) {
        const x = coordinate(c, i, j) - getF(c.frame, j);
        square += x * x;
      }
      leafLargest = max(leafLargest, sqrt(square));
    }
    setF(c.leafNorms, leaf, leafLargest);
    largest = max(largest, leafLargest);
  }
  // The power of 2 just above the largest norm, by its exponent.
  const exponent = (reinterpret<u64>(largest) >> 52) & 2047;
  const scale = largest > 0 ? reinterpret<f64>((2045 - exponent) << 52) : 1.0;
  setF(c.frame, d, scale);
  for (let leaf = 0; leaf < c.leaves; leaf++) {
    setF(c.leafNorms, leaf, getF(c.leafNorms, leaf) * scale);
    for (let j = 0; j < d; j++) {
      const at = (leaf * d + j) * c.capacity;
      for (let s = 0; s < c.capacity; s++) {
        const x = (getF(c.blocks, at + s) - getF(c.frame, j)) * scale;
        store<f32>(c.blocks32 + ((<usize>(at + s)) << 2), <f32>x);
      }
    }
  }
}

function coordinate(c: Context, slot: i32, j: i32): f64 {
  const leaf = slot / c.capacity;
  return getF(c.blocks, (leaf * c.d + j) * c.capacity + slot - leaf * c.capacity);
}

/** The query in the frame of the single-precision blocks. */
export function frameQuery(c: Context, w: Workspace): void {
  if (!c.sift) return;
  const scale = getF(c.frame, c.d);
  let square = 0.0;
  for (let j = 0; j < c.d; j++) {
    const x = (getF(w.query, j) - getF(c.frame, j)) * scale;
    store<f32>(w.query32 + ((<usize>j) << 2), <f32>x);
    square += x * x;
  }
  setF(w.queryNorm, 0, sqrt(square));
}

/** As `scanLeaf`. */
export function siftLeaf(c: Context, w: Workspace, leaf: i32, limit: f64): i32 {
  const d = c.d;
  const query = w.query32;
  const reach =
    sqrt(limit) * getF(c.frame, d) * (1 + 2 * unit) +
    2 * unit * (getF(w.queryNorm, 0) + getF(c.leafNorms, leaf));
  // What is too small for single precision counts as 0: the summand keeps it within the margin.
  const bound = f32x4.splat(<f32>(reach * reach * (1 + unit * <f64>(4 * d + 32)) + 1e-36));
  const stride = (<usize>c.capacity) << 2;
  const base = c.blocks32 + <usize>leaf * <usize>d * stride;
  let found = 0;
  for (let offset: usize = 0; offset < stride; offset += 64) {
    let at = base + offset;
    let s0 = f32x4.splat(0);
    let s1 = f32x4.splat(0);
    let s2 = f32x4.splat(0);
    let s3 = f32x4.splat(0);
    let below = true;
    for (let j = 0; j < d;) {
      const end = min(j + 8, d);
      for (; j < end; j++, at += stride) {
        const q = v128.load32_splat(query + ((<usize>j) << 2));
        const d0 = f32x4.sub(v128.load(at), q);
        const d1 = f32x4.sub(v128.load(at, 16), q);
        const d2 = f32x4.sub(v128.load(at, 32), q);
        const d3 = f32x4.sub(v128.load(at, 48), q);
        s0 = f32x4.add(s0, f32x4.mul(d0, d0));
        s1 = f32x4.add(s1, f32x4.mul(d1, d1));
        s2 = f32x4.add(s2, f32x4.mul(d2, d2));
        s3 = f32x4.add(s3, f32x4.mul(d3, d3));
      }
      const least = f32x4.pmin(f32x4.pmin(s0, s1), f32x4.pmin(s2, s3));
      if (!v128.any_true(f32x4.lt(least, bound))) {
        below = false;
        break;
      }
    }
    if (!below) continue;
    let mask =
      i32x4.bitmask(f32x4.lt(s0, bound)) |
      (i32x4.bitmask(f32x4.lt(s1, bound)) << 4) |
      (i32x4.bitmask(f32x4.lt(s2, bound)) << 8) |
      (i32x4.bitmask(f32x4.lt(s3, bound)) << 12);
    for (; mask !== 0; mask &= mask - 1) {
      const s = <i32>(offset >> 2) + ctz(mask);
      const distance = squaredDistance(c, w, leaf, s);
      if (distance >= limit) continue;
      setI(w.slots, found, leaf * c.capacity + s);
      setF(w.distances, found, distance);
      found++;
    }
  }
  return found;
}

/** In double precision, summed coordinate after coordinate. */
function squaredDistance(c: Context, w: Workspace, leaf: i32, s: i32): f64 {
  let sum = 0.0;
  let at = leaf * c.d * c.capacity + s;
  for (let j = 0; j < c.d; j++, at += c.capacity) {
    const x = getF(c.blocks, at) - getF(w.query, j);
    sum += x * x;
  }
  return sum;
}
