import { Context } from './context';
import { getF, getI, setF, setI } from './memory';
import { Workspace, childBounds, reachOf, scanLeaf, takeSlot } from './traversal';

/**
 * Borůvka's algorithm on the mutual reachability graph, which is never built: each round asks every point for its
 * nearest foreign point through the kd-tree (March et al. 2010; McInnes & Healy 2017). What a point learns stays true
 * as components only grow, so `bound` and `candidate` spare most of the questions of later rounds.
 */

function find(c: Context, slot: i32): i32 {
  let x = slot;
  let p = getI(c.parent, x);
  while (p !== x) {
    const above = getI(c.parent, p);
    setI(c.parent, x, above);
    x = above;
    p = getI(c.parent, x);
  }
  return x;
}

/** Adds an edge unless both ends are in one component. The smaller slot becomes the root. */
function link(c: Context, from: i32, to: i32, weight: f64): void {
  const a = find(c, from);
  const b = find(c, to);
  if (a === b) return;
  setI(c.edgeFrom, c.edges, from);
  setI(c.edgeTo, c.edges, to);
  setF(c.edgeWeight, c.edges, weight);
  c.edges++;
  if (a < b) setI(c.parent, b, a);
  else setI(c.parent, a, b);
}

/**
 * Before the first round. No edge at a point weighs less than its core distance, and the one to a neighbour of no
 * larger core distance weighs just that: so all such edges are taken at once.
 */
export function begin(context: usize): void {
  const c = changetype<Context>(context);
  c.edges = 0;
  for (let i = 0; i < c.n; i++) {
    setI(c.parent, i, i);
    setI(c.order, i, i);
    setF(c.bound, i, getF(c.core, i));
    setI(c.candidate, i, -1);
  }
  if (!c.useNeighbours) return;
  for (let i = 0; i < c.n; i++) {
    const core = getF(c.core, i);
    for (let h = 0; h < c.k; h++) {
      const j = getI(c.neighbours, i * c.k + h);
      if (getF(c.core, j) <= core) {
        link(c, i, j, core);
        break;
      }
    }
  }
}

/** Start of a round: numbers the components, and orders points by their bounds so that light edges come early. */
export function refresh(context: usize, counts: usize): i32 {
  const c = changetype<Context>(context);
  const n = c.n;
  let components = 0;
  // The root of a component is its first slot, so its number is known by the time that the others ask for it.
  for (let i = 0; i < n; i++) {
    const root = find(c, i);
    setI(c.component, i, root === i ? components++ : getI(c.component, root));
  }
  c.components = components;
  for (let node = 2 * c.leaves - 2; node >= 0; node--) {
    const right = getI(c.right, node);
    let component: i32;
    if (right === 0) {
      const from = getI(c.firstLeaf, node) * c.capacity;
      const to = min(from + c.capacity, n);
      component = getI(c.component, from);
      for (let i = from + 1; i < to; i++) {
        if (getI(c.component, i) !== component) {
          component = -1;
          break;
        }
      }
    } else {
      component = getI(c.nodeComponent, node + 1);
      if (component !== getI(c.nodeComponent, right)) component = -1;
    }
    setI(c.nodeComponent, node, component);
  }
  for (let i = 0; i < c.stripes * components; i++) setF(c.bestWeight, i, Infinity);
  orderByBound(c, counts);
  return components;
}

/** Counting sort by sign, exponent and first bits of the mantissa; `counts` is i32[65537]. */
function orderByBound(c: Context, counts: usize): void {
  memory.fill(counts, 0, 65537 * 4);
  for (let i = 0; i < c.n; i++) {
    const bucket = reinterpret<u32>(<f32>getF(c.bound, i)) >> 16;
    setI(counts, bucket + 1, getI(counts, bucket + 1) + 1);
  }
  for (let b = 0; b < 65536; b++) setI(counts, b + 1, getI(counts, b + 1) + getI(counts, b));
  for (let i = 0; i < c.n; i++) {
    const bucket = reinterpret<u32>(<f32>getF(c.bound, i)) >> 16;
    const at = getI(counts, bucket);
    setI(counts, bucket, at + 1);
    setI(c.order, at, i);
  }
}

/** Asks the points number [from, to) of a stripe. Stripes are the same for any number of threads, and so the result. */
export function ask(context: usize, workspace: usize, stripe: i32, from: i32, to: i32): void {
  const c = changetype<Context>(context);
  const w = changetype<Workspace>(workspace);
  const base = stripe * c.components;
  const bestWeight = c.bestWeight + ((<usize>base) << 3);
  const bestFrom = c.bestFrom + ((<usize>base) << 2);
  const bestTo = c.bestTo + ((<usize>base) << 2);
  for (let q = from; q < to; q++) {
    const at = q * c.stripes + stripe;
    if (at >= c.n) break;
    const i = getI(c.order, at);
    const component = getI(c.component, i);
    const best = getF(bestWeight, component);
    const known = getF(c.bound, i);
    if (known >= best) continue;
    let partner = getI(c.candidate, i);
    let weight = known;
    if (partner < 0 || getI(c.component, partner) === component) {
      partner = nearestForeign(c, w, i, component, best);
      weight = getF(w.distances, 0);
      setF(c.bound, i, weight);
      setI(c.candidate, i, partner);
    }
    if (partner >= 0) {
      setF(bestWeight, component, weight);
      setI(bestFrom, component, i);
      setI(bestTo, component, partner);
    }
  }
}

/**
 * The foreign point nearest to `i` in mutual reachability among those below `limit`, or −1. The weight, or where there
 * is none the lower bound that was found instead, is left in `distances[0]`.
 */
function nearestForeign(c: Context, w: Workspace, i: i32, component: i32, limit: f64): i32 {
  const own = getF(c.core, i);
  const query = w.turned;
  const distances = w.distances;
  const slots = w.slots;
  let best = limit;
  let partner = -1;
  if (c.useNeighbours) {
    const list = c.neighbours + ((<usize>(i * c.k)) << 2);
    for (let h = 0; h < c.k; h++) {
      const j = getI(list, h);
      if (getI(c.component, j) === component) continue;
      const weight = max(own, getF(c.core, j));
      if (weight < best) {
        best = weight;
        partner = j;
        if (weight === own) {
          setF(distances, 0, best);
          return partner;
        }
      }
    }
  }
  takeSlot(c, w, i);
  let reach = reachOf(c, w, best);
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
      if (getI(c.nodeComponent, node + 1) === component) near = Infinity;
      if (getI(c.nodeComponent, right) === component) far = Infinity;
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
    const found = scanLeaf(c, w, leaf, best);
    for (let s = 0; s < found; s++) {
      const distance = getF(distances, s);
      if (distance >= best) continue;
      const j = getI(slots, s);
      if (getI(c.component, j) === component) continue;
      const weight = max(max(distance, own), getF(c.core, j));
      if (weight < best) {
        best = weight;
        partner = j;
        if (weight === own) {
          depth = 0;
          break;
        }
      }
    }
    reach = reachOf(c, w, best);
  }
  setF(distances, 0, best);
  return partner;
}

/** End of a round: takes the lightest edge of every component. Gives the number of edges so far. */
export function join(context: usize): i32 {
  const c = changetype<Context>(context);
  for (let component = 0; component < c.components; component++) {
    let best = Infinity;
    let at = -1;
    for (let stripe = 0; stripe < c.stripes; stripe++) {
      const index = stripe * c.components + component;
      const weight = getF(c.bestWeight, index);
      if (weight < best) {
        best = weight;
        at = index;
      }
    }
    if (at >= 0) link(c, getI(c.bestFrom, at), getI(c.bestTo, at), best);
  }
  return c.edges;
}
