import { Context } from './context';
import { getF, getI, setF, setI } from './memory';
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
  let largest = 0.0;
  for (let leaf = 0; leaf < c.leaves; leaf++) {
    let leafLargest = 0.0;
    const end = min((leaf + 1) * c.capacity, c.n);
    for (let slot = leaf * c.capacity; slot < end; slot++) {
      const row = getI(c.rowOf, slot) * d;
      let square = 0.0;
      for (let j = 0; j < d; j++) square += getF(c.rows, row + j) * getF(c.rows, row + j);
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
    const from = leaf * c.capacity;
    const base = c.blocks32 + ((<usize>from * <usize>d) << 2);
    for (let s = 0; s < c.capacity; s++) {
      const row = getI(c.rowOf, from + s);
      for (let j = 0; j < d; j++) {
        const x = row < 0 ? Infinity : getF(c.rows, row * d + j) * scale;
        store<f32>(base + ((<usize>(j * c.capacity + s)) << 2), <f32>x);
      }
    }
  }
}

/** A query that is none of the points, along the axes. */
export function turnQuery(c: Context, w: Workspace): void {
  const d = c.d;
  let axis = c.frame + ((<usize>(d + 1)) << 3);
  for (let j = 0; j < d; j++, axis += (<usize>d) << 3) {
    let sum = 0.0;
    for (let i = 0; i < d; i++) sum += getF(axis, i) * (getF(w.query, i) - getF(c.frame, i));
    setF(w.turned, j, sum);
  }
}

export function scaleQuery(c: Context, w: Workspace): void {
  const scale = getF(c.frame, c.d);
  let square = 0.0;
  for (let j = 0; j < c.d; j++) {
    const x = getF(w.turned, j) * scale;
    store<f32>(w.query32 + ((<usize>j) << 2), <f32>x);
    square += x * x;
  }
  setF(w.queryNorm, 0, sqrt(square));
}

/**
 * Coordinates along the axes are sums of d terms, and axes are orthonormal but for rounding: that moves a distance by no
 * more than a share of 10⁻¹² of itself and of the norms, d up to a thousand.
 */
export function reachInFrame(c: Context, w: Workspace, limit: f64): f64 {
  const norms = (1 + getF(w.queryNorm, 0)) / getF(c.frame, c.d);
  const reach = sqrt(limit) * (1 + 1e-12) + 1e-12 * norms;
  return reach * reach;
}

/** As `scanLeaf`. */
export function siftLeaf(c: Context, w: Workspace, leaf: i32, limit: f64): i32 {
  const d = c.d;
  const query = w.query32;
  if (getF(w.queryNorm, 0) >= 1e15) return scanRows(c, w, leaf, limit);
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
      const end = min(j + (j < 8 ? 4 : 8), d);
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

/** Without a sift: a query beyond single precision. */
function scanRows(c: Context, w: Workspace, leaf: i32, limit: f64): i32 {
  let found = 0;
  const from = leaf * c.capacity;
  const count = min(c.capacity, c.n - from);
  for (let s = 0; s < count; s++) {
    const distance = squaredDistance(c, w, leaf, s);
    if (distance >= limit) continue;
    setI(w.slots, found, from + s);
    setF(w.distances, found, distance);
    found++;
  }
  return found;
}

/** In double precision, as handed over, summed coordinate after coordinate. */
function squaredDistance(c: Context, w: Workspace, leaf: i32, s: i32): f64 {
  const row = c.original + ((<usize>(getI(c.rowOf, leaf * c.capacity + s) * c.d)) << 3);
  let sum = 0.0;
  for (let j = 0; j < c.d; j++) {
    const x = getF(row, j) - getF(w.query, j);
    sum += x * x;
  }
  return sum;
}
