import { getF, getI, setF, setI } from './memory';

/** Where stage 2 has its arrays: `linkage-memory.ts` of the library writes this block, field after field. */
@unmanaged
export class Linkage {
  /** What `peel` adds to: excess of mass of the cluster, merges between it and the root. */
  excess: f64;
  depth: i32;
  /** Points; edges and merges are n − 1. */
  n: i32;
  /** i32[n − 1], i32[n − 1], f64[n − 1]: the edges of the tree. */
  from: usize;
  to: usize;
  weight: usize;
  /** i32[n − 1] each: edges by weight, and room to sort them. */
  order: usize;
  other: usize;
  /** i32[65536]: where a digit's edges start. */
  starts: usize;
  /** i32[n], u8[n]: union–find. */
  above: usize;
  rank: usize;
  /** i32[n − 1], i32[n − 1], f64[n − 1], i32[n − 1]: the merges, lightest first. */
  left: usize;
  right: usize;
  height: usize;
  size: usize;
  /** i32[n]: points, those below any node together; i32[2n − 1]: where a node's start. */
  points: usize;
  first: usize;
  /** i32[n], f64[n]: the cluster that a point leaves, and λ at which it does. */
  pointCluster: usize;
  pointLambda: usize;
  /** i32[n]: by cluster, the number that `renumber` gives it. */
  numbers: usize;
}

/**
 * Weights that differ by less than this share are one height: ties of the data that rounding has torn apart (a grid of
 * tenths, shifted or scaled) stay ties.
 */
const tieTolerance: f64 = 1e-10;

/**
 * Edges by weight ≥ 0, ties by position: least-significant-digit radix sort on the bits, which order such numbers as
 * their values do. Adding 0 turns −0, whose bits would put it last, into 0.
 */
function sortEdges(l: Linkage): void {
  const edges = l.n - 1;
  for (let e = 0; e < edges; e++) setI(l.order, e, e);
  // Few numbers do not fill many buckets.
  const bits: u64 = edges < 100000 ? 8 : 16;
  const radix: i32 = 1 << (<i32>bits);
  const mask: u64 = (1 << bits) - 1;
  for (let shift: u64 = 0; shift < 64; shift += bits) {
    memory.fill(l.starts, 0, (<usize>radix) << 2);
    for (let e = 0; e < edges; e++) {
      const digit = <i32>((reinterpret<u64>(getF(l.weight, e) + 0.0) >> shift) & mask);
      setI(l.starts, digit, getI(l.starts, digit) + 1);
    }
    let start = 0;
    let fullest = 0;
    for (let digit = 0; digit < radix; digit++) {
      const count = getI(l.starts, digit);
      setI(l.starts, digit, start);
      start += count;
      fullest = max(fullest, count);
    }
    if (fullest === edges) continue;
    for (let p = 0; p < edges; p++) {
      const e = getI(l.order, p);
      const digit = <i32>((reinterpret<u64>(getF(l.weight, e) + 0.0) >> shift) & mask);
      const at = getI(l.starts, digit);
      setI(l.starts, digit, at + 1);
      setI(l.other, at, e);
    }
    const sorted = l.other;
    l.other = l.order;
    l.order = sorted;
  }
}

function rootOf(above: usize, point: i32): i32 {
  let x = point;
  let p = getI(above, x);
  while (p >= 0) {
    const q = getI(above, p);
    if (q < 0) return p;
    setI(above, x, q);
    x = q;
    p = getI(above, x);
  }
  return x;
}

/** Merges along the edges, lightest first. */
export function linkEdges(linkage: usize): void {
  const l = changetype<Linkage>(linkage);
  const n = l.n;
  sortEdges(l);
  // Roots carry, as a negative number, what stands for their component: −1 − (point or merge).
  for (let i = 0; i < n; i++) setI(l.above, i, -1 - i);
  memory.fill(l.rank, 0, <usize>n);
  let level = 0.0;
  for (let m = 0; m < n - 1; m++) {
    const edge = getI(l.order, m);
    const weight = getF(l.weight, edge);
    if (m === 0 || weight > level * (1.0 + tieTolerance)) level = weight;
    let a = rootOf(l.above, getI(l.from, edge));
    let b = rootOf(l.above, getI(l.to, edge));
    const x = -1 - getI(l.above, a);
    const y = -1 - getI(l.above, b);
    setI(l.left, m, x);
    setI(l.right, m, y);
    setF(l.height, m, level);
    setI(l.size, m, sizeOf(l, x) + sizeOf(l, y));
    const rankA = load<u8>(l.rank + <usize>a);
    const rankB = load<u8>(l.rank + <usize>b);
    if (rankA < rankB) {
      const c = a;
      a = b;
      b = c;
    } else if (rankA === rankB) {
      store<u8>(l.rank + <usize>a, rankA + 1);
    }
    setI(l.above, b, a);
    setI(l.above, a, -1 - (n + m));
  }
}

function sizeOf(l: Linkage, node: i32): i32 {
  return node < l.n ? 1 : getI(l.size, node - l.n);
}

/** Puts the points below any node side by side. */
export function orderLeaves(linkage: usize): void {
  const l = changetype<Linkage>(linkage);
  const n = l.n;
  setI(l.first, 2 * n - 2, 0);
  for (let m = n - 2; m >= 0; m--) {
    const a = getI(l.left, m);
    const start = getI(l.first, n + m);
    setI(l.first, a, start);
    setI(l.first, getI(l.right, m), start + sizeOf(l, a));
  }
  for (let i = 0; i < n; i++) setI(l.points, getI(l.first, i), i);
}

/** The points of a part leave a cluster at λ. */
export function leave(linkage: usize, part: i32, cluster: i32, lambda: f64): void {
  const l = changetype<Linkage>(linkage);
  const from = getI(l.first, part);
  const to = from + sizeOf(l, part);
  for (let p = from; p < to; p++) {
    const point = getI(l.points, p);
    setI(l.pointCluster, point, cluster);
    setF(l.pointLambda, point, lambda);
  }
}

/**
 * Goes down from a node of a cluster as long as merges are of the most frequent kind: of two parts at a height of their
 * own, of which one lives on. Gives the node where one is not.
 */
export function peel(linkage: usize, from: i32, cluster: i32, birth: f64, minClusterSize: i32): i32 {
  const l = changetype<Linkage>(linkage);
  const n = l.n;
  let node = from;
  while (true) {
    const distance = getF(l.height, node - n);
    let larger = getI(l.left, node - n);
    let smaller = getI(l.right, node - n);
    if (sizeOf(l, larger) < sizeOf(l, smaller)) {
      const part = larger;
      larger = smaller;
      smaller = part;
    }
    if (
      sizeOf(l, larger) < minClusterSize ||
      sizeOf(l, smaller) >= minClusterSize ||
      getF(l.height, larger - n) === distance ||
      (smaller >= n && getF(l.height, smaller - n) === distance)
    ) {
      return node;
    }
    const lambda = distance > 0.0 ? 1.0 / distance : Infinity;
    l.depth++;
    l.excess += (lambda - birth) * <f64>sizeOf(l, smaller);
    leave(linkage, smaller, cluster, lambda);
    node = larger;
  }
}

/** Gives the clusters of the points their final numbers. */
export function renumber(linkage: usize): void {
  const l = changetype<Linkage>(linkage);
  for (let i = 0; i < l.n; i++) setI(l.pointCluster, i, getI(l.numbers, getI(l.pointCluster, i)));
}
