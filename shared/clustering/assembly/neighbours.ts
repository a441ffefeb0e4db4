import { Context } from './context';
import { getF, getI, setF, setI } from './memory';
import { Workspace, childBounds, reachOf, scanLeaf, takeRow, takeSlot } from './traversal';

/** Neighbours and core distances of the points in leaves [from, to). */
export function findNeighbours(context: usize, workspace: usize, from: i32, to: i32): void {
  const c = changetype<Context>(context);
  const w = changetype<Workspace>(workspace);
  const k = c.k;
  const end = min(to * c.capacity, c.n);
  for (let slot = from * c.capacity; slot < end; slot++) {
    takeSlot(c, w, slot);
    search(c, w, slot, k);
    setF(c.core, slot, getF(w.nearest, k - 1));
    setF(c.innerCore, slot, k > 1 ? getF(w.nearest, k - 2) : 0);
    memory.copy(c.neighbours + ((<usize>(slot * k)) << 2), w.nearestSlots, (<usize>k) << 2);
  }
}

/** The k nearest of all points, by distance, to `count` rows of d numbers: slots (−1 if there are fewer) and distances. */
export function findNearest(
  context: usize,
  workspace: usize,
  queries: usize,
  count: i32,
  k: i32,
  slots: usize,
  distances: usize,
): void {
  const c = changetype<Context>(context);
  const w = changetype<Workspace>(workspace);
  for (let i = 0; i < count; i++) {
    takeRow(c, w, queries + ((<usize>(i * c.d)) << 3));
    search(c, w, -1, k);
    memory.copy(slots + ((<usize>(i * k)) << 2), w.nearestSlots, (<usize>k) << 2);
    memory.copy(distances + ((<usize>(i * k)) << 3), w.nearest, (<usize>k) << 3);
  }
}

/** The points nearer to that of `slot` than `limit`, itself among them: their number; their slots go to `out`. */
export function findWithin(context: usize, workspace: usize, slot: i32, limit: f64, out: usize): i32 {
  const c = changetype<Context>(context);
  const w = changetype<Workspace>(workspace);
  takeSlot(c, w, slot);
  const reach = reachOf(c, w, limit);
  let found = 0;
  let depth = 1;
  setI(w.stackNodes, 0, 0);
  while (depth > 0) {
    depth--;
    const node = getI(w.stackNodes, depth);
    const right = getI(c.right, node);
    if (right === 0) {
      const count = scanLeaf(c, w, getI(c.firstLeaf, node), limit);
      memory.copy(out + ((<usize>found) << 2), w.slots, (<usize>count) << 2);
      found += count;
      continue;
    }
    const bounds = childBounds(c, node, w.turned);
    if (f64x2.extract_lane(bounds, 1) < reach) setI(w.stackNodes, depth++, right);
    if (f64x2.extract_lane(bounds, 0) < reach) setI(w.stackNodes, depth++, node + 1);
  }
  return found;
}

/** Nearest first descent; what cannot beat the k-th nearest so far is not entered. */
function search(c: Context, w: Workspace, self: i32, k: i32): void {
  const nearest = w.nearest;
  const nearestSlots = w.nearestSlots;
  const query = w.turned;
  const distances = w.distances;
  const slots = w.slots;
  for (let h = 0; h < k; h++) {
    setF(nearest, h, Infinity);
    setI(nearestSlots, h, -1);
  }
  let worst = Infinity;
  let reach = Infinity;
  let depth = 1;
  setI(w.stackNodes, 0, 0);
  setF(w.stackBounds, 0, 0);
  while (depth > 0) {
    depth--;
    if (getF(w.stackBounds, depth) >= reach) continue;
    let node = getI(w.stackNodes, depth);
    let right = getI(c.right, node);
    while (right !== 0) {
      const bounds = childBounds(c, node, query);
      let near = f64x2.extract_lane(bounds, 0);
      let far = f64x2.extract_lane(bounds, 1);
      let next = node + 1;
      let later = right;
      if (far < near) {
        const bound = near;
        near = far;
        far = bound;
        next = right;
        later = node + 1;
      }
      if (far < reach) {
        setI(w.stackNodes, depth, later);
        setF(w.stackBounds, depth, far);
        depth++;
      }
      if (near >= reach) {
        node = -1;
        break;
      }
      node = next;
      right = getI(c.right, node);
    }
    if (node < 0) continue;
    const leaf = getI(c.firstLeaf, node);
    const found = scanLeaf(c, w, leaf, worst);
    for (let i = 0; i < found; i++) {
      const distance = getF(distances, i);
      const slot = getI(slots, i);
      if (distance >= worst || slot === self) continue;
      let h = k - 1;
      while (h > 0 && getF(nearest, h - 1) > distance) {
        setF(nearest, h, getF(nearest, h - 1));
        setI(nearestSlots, h, getI(nearestSlots, h - 1));
        h--;
      }
      setF(nearest, h, distance);
      setI(nearestSlots, h, slot);
      worst = getF(nearest, k - 1);
    }
    reach = reachOf(c, w, worst);
  }
}
