import { Context } from './context';
import { getF, getI, setF, setI } from './memory';

/**
 * A balanced kd-tree whose leaves all hold `capacity` points but the last. Each node is cut across its widest
 * coordinate; ties are broken by the other coordinates, and leaves are sorted, so that the tree depends on the set of
 * points and not on the order of the rows. It is built by `startTree`, then `splitNode` from the root down, whose
 * children are `node + 1` with half of the leaves, rounded down, and what it returns, with the rest; below any node
 * `buildNode` does it all. `keys` is f64[n] scratch, `box` f64[2d].
 */
export function startTree(context: usize): void {
  const c = changetype<Context>(context);
  for (let i = 0; i < c.n; i++) setI(c.rowOf, i, i);
}

/** Cuts a node of at least two leaves in two; gives the right child. */
export function splitNode(
  context: usize,
  node: i32,
  firstLeaf: i32,
  leaves: i32,
  keys: usize,
  box: usize,
): i32 {
  const c = changetype<Context>(context);
  const from = firstLeaf * c.capacity;
  const to = min(from + leaves * c.capacity, c.n);
  setI(c.firstLeaf, node, firstLeaf);
  const widest = boundingBox(c, from, to, box);
  const leftLeaves = leaves >> 1;
  const middle = from + leftLeaves * c.capacity;
  for (let i = from; i < to; i++) setF(keys, i, getF(c.rows, getI(c.rowOf, i) * c.d + widest));
  select(c, keys, from, to - 1, middle);
  boundingBox(c, from, middle, box);
  writeBox(c, node, 0, box);
  boundingBox(c, middle, to, box);
  writeBox(c, node, 1, box);
  const right = node + 2 * leftLeaves;
  setI(c.right, node, right);
  return right;
}

/** A node and all below it. */
export function buildNode(
  context: usize,
  node: i32,
  firstLeaf: i32,
  leaves: i32,
  keys: usize,
  box: usize,
): void {
  const c = changetype<Context>(context);
  if (leaves === 1) {
    const from = firstLeaf * c.capacity;
    const to = min(from + c.capacity, c.n);
    setI(c.firstLeaf, node, firstLeaf);
    setI(c.right, node, 0);
    sortLeaf(c, from, to);
    fillBlock(c, firstLeaf, from, to);
    return;
  }
  const right = splitNode(context, node, firstLeaf, leaves, keys, box);
  const leftLeaves = leaves >> 1;
  buildNode(context, node + 1, firstLeaf, leftLeaves, keys, box);
  buildNode(context, right, firstLeaf + leftLeaves, leaves - leftLeaves, keys, box);
}

/** Lower and upper bounds into `box`; gives the widest coordinate. */
function boundingBox(c: Context, from: i32, to: i32, box: usize): i32 {
  const d = c.d;
  for (let j = 0; j < d; j++) {
    setF(box, j, Infinity);
    setF(box, d + j, -Infinity);
  }
  for (let i = from; i < to; i++) {
    const row = c.rows + ((<usize>(getI(c.rowOf, i) * d)) << 3);
    for (let j = 0; j < d; j++) {
      const value = getF(row, j);
      setF(box, j, min(getF(box, j), value));
      setF(box, d + j, max(getF(box, d + j), value));
    }
  }
  let widest = 0;
  let width = -1.0;
  for (let j = 0; j < d; j++) {
    const w = getF(box, d + j) - getF(box, j);
    if (w > width) {
      width = w;
      widest = j;
    }
  }
  return widest;
}

function writeBox(c: Context, node: i32, side: i32, box: usize): void {
  for (let j = 0; j < c.d; j++) {
    const at = (node * c.d + j) * 4 + side;
    setF(c.boxes, at, getF(box, j));
    setF(c.boxes, at + 2, getF(box, c.d + j));
  }
}

/** Order of two rows by all their coordinates: negative, 0 or positive. */
function compareRows(c: Context, a: i32, b: i32): i32 {
  const rowA = c.rows + ((<usize>(a * c.d)) << 3);
  const rowB = c.rows + ((<usize>(b * c.d)) << 3);
  for (let j = 0; j < c.d; j++) {
    const x = getF(rowA, j);
    const y = getF(rowB, j);
    if (x < y) return -1;
    if (x > y) return 1;
  }
  return 0;
}

/** Hoare's selection: afterwards positions below `middle` come before it, and those after it not before. */
function select(c: Context, keys: usize, low: i32, high: i32, middle: i32): void {
  let l = low;
  let r = high;
  while (l < r) {
    const pivot = medianPosition(c, keys, l, (l + r) >> 1, r);
    const key = getF(keys, pivot);
    const row = getI(c.rowOf, pivot);
    let i = l;
    let j = r;
    while (i <= j) {
      for (;;) {
        const k = getF(keys, i);
        if (k < key || (k === key && compareRows(c, getI(c.rowOf, i), row) < 0)) i++;
        else break;
      }
      for (;;) {
        const k = getF(keys, j);
        if (k > key || (k === key && compareRows(c, getI(c.rowOf, j), row) > 0)) j--;
        else break;
      }
      if (i <= j) {
        swap(c, keys, i, j);
        i++;
        j--;
      }
    }
    if (middle <= j) r = j;
    else if (middle >= i) l = i;
    else return;
  }
}

function medianPosition(c: Context, keys: usize, x: i32, y: i32, z: i32): i32 {
  if (before(c, keys, y, x)) {
    if (before(c, keys, z, y)) return y;
    return before(c, keys, z, x) ? z : x;
  }
  if (before(c, keys, z, x)) return x;
  return before(c, keys, z, y) ? z : y;
}

function before(c: Context, keys: usize, a: i32, b: i32): bool {
  const x = getF(keys, a);
  const y = getF(keys, b);
  return x < y || (x === y && compareRows(c, getI(c.rowOf, a), getI(c.rowOf, b)) < 0);
}

function swap(c: Context, keys: usize, i: i32, j: i32): void {
  const key = getF(keys, i);
  setF(keys, i, getF(keys, j));
  setF(keys, j, key);
  const row = getI(c.rowOf, i);
  setI(c.rowOf, i, getI(c.rowOf, j));
  setI(c.rowOf, j, row);
}

function sortLeaf(c: Context, from: i32, to: i32): void {
  for (let i = from + 1; i < to; i++) {
    const row = getI(c.rowOf, i);
    let j = i;
    while (j > from && compareRows(c, getI(c.rowOf, j - 1), row) > 0) {
      setI(c.rowOf, j, getI(c.rowOf, j - 1));
      j--;
    }
    setI(c.rowOf, j, row);
  }
}

function fillBlock(c: Context, leaf: i32, from: i32, to: i32): void {
  const base = leaf * c.capacity * c.d;
  for (let i = 0; i < c.capacity; i++) {
    const slot = from + i;
    if (slot < to) {
      const row = getI(c.rowOf, slot) * c.d;
      if (c.sift) continue;
      for (let j = 0; j < c.d; j++) setF(c.blocks, base + j * c.capacity + i, getF(c.rows, row + j));
    } else {
      setI(c.rowOf, slot, -1);
      if (c.sift) continue;
      for (let j = 0; j < c.d; j++) setF(c.blocks, base + j * c.capacity + i, Infinity);
    }
  }
}
