import { type Matrix } from '../../numeric/matrix.js';
import { kernelModule } from './kernel-module.js';
import { instantiateKernels } from './instantiate-kernels.js';
import { type Kernels } from './kernels.js';
import { Arena, contextBytes, takeWorkspace, writeContext, writeWorkspace, type Context } from './layout.js';
import { type Metric } from './options.js';
import { principalAxes } from './principal-axes.js';

/** Points in a kd-tree, in a memory that threads can share, with room for what a spanning tree needs. */
export interface PointTree {
  readonly memory: WebAssembly.Memory;
  readonly kernels: Kernels;
  readonly context: Context;
  readonly contextAddress: number;
  /** One for each thread. */
  readonly workspaces: readonly number[];
  /** i32[65537] for the kernel `refresh`, then i32[2] that threads count by: next block, and whether to stop. */
  readonly counts: number;
  readonly counters: number;
  readonly queries: number;
  readonly querySlots: number;
  readonly queryDistances: number;
  /** f64[2d] that the tree is built with. */
  readonly box: number;
}

export interface PointTreeNeeds {
  readonly metric: Metric;
  /** Neighbours of each point, or of each query. */
  readonly k: number;
  readonly threads: number;
  /** Stripes of a Borůvka round, 0 without spanning tree. */
  readonly stripes: number;
  readonly useNeighbours: boolean;
  /** Rows asked for at once, 0 without queries. */
  readonly queries: number;
}

/** From so many columns on distances are sifted in single precision first; measured, 8 are a draw and 29 gain 2.5×. */
const siftFrom = 12;

/** Points in a leaf, a multiple of 16. With many columns a descent rules little out: then larger leaves cost less. */
const leafCapacity = { few: 16, many: 48 } as const;

/** Takes the memory and copies the points into it; `buildSteps` makes a tree of them. */
export function placePoints(points: Matrix, needs: PointTreeNeeds): PointTree {
  const { rows: n, columns: d } = points;
  const sift = needs.metric === 'euclidean' && d >= siftFrom;
  const capacity = sift ? leafCapacity.many : leafCapacity.few;
  const leaves = Math.ceil(n / capacity);
  const slots = leaves * capacity;
  const nodes = 2 * leaves - 1;
  const spanning = needs.stripes > 0 ? slots : 0;
  const arena = new Arena();
  const contextAddress = arena.take(contextBytes);
  const original = arena.f64(n * d);
  const context: Context = {
    n,
    d,
    capacity,
    leaves,
    k: needs.k,
    manhattan: needs.metric === 'manhattan' ? 1 : 0,
    original,
    rows: sift ? arena.f64(n * d) : original,
    rowOf: arena.i32(slots),
    blocks: arena.f64(sift ? 0 : slots * d),
    sift: sift ? 1 : 0,
    blocks32: arena.i32(sift ? slots * d : 0),
    frame: arena.f64(sift ? d + 1 + d * d : 0),
    leafNorms: arena.f64(leaves),
    right: arena.i32(nodes),
    firstLeaf: arena.i32(nodes),
    boxes: arena.f64(nodes * d * 4),
    neighbours: arena.i32(spanning * needs.k),
    core: arena.f64(slots),
    innerCore: arena.f64(spanning),
    parent: arena.i32(spanning),
    component: arena.i32(spanning),
    nodeComponent: arena.i32(nodes),
    bound: arena.f64(spanning),
    candidate: arena.i32(spanning),
    order: arena.i32(spanning),
    scratch: arena.i32(spanning),
    bestWeight: arena.f64(needs.stripes * spanning),
    bestFrom: arena.i32(needs.stripes * spanning),
    bestTo: arena.i32(needs.stripes * spanning),
    stripes: needs.stripes,
    useNeighbours: needs.useNeighbours ? 1 : 0,
    components: 0,
    edgeFrom: arena.i32(spanning),
    edgeTo: arena.i32(spanning),
    edgeWeight: arena.f64(spanning),
    edges: 0,
  };
  const counts = arena.i32(65537);
  const counters = arena.i32(2);
  const queries = arena.f64(needs.queries * d);
  const querySlots = arena.i32(needs.queries * needs.k);
  const queryDistances = arena.f64(needs.queries * needs.k);
  const workspaces = Array.from({ length: needs.threads }, () => takeWorkspace(arena, d, capacity, needs.k));
  const box = arena.f64(2 * d);

  const memory = arena.memory();
  writeContext(memory, contextAddress, context);
  for (const workspace of workspaces) writeWorkspace(memory, workspace);
  new Float64Array(memory.buffer, original, n * d).set(points.data);
  const kernels = instantiateKernels(kernelModule, memory);
  return {
    memory,
    kernels,
    context,
    contextAddress,
    workspaces: workspaces.map(({ address }) => address),
    counts,
    counters,
    queries,
    querySlots,
    queryDistances,
    box,
  };
}

/** Numbers to sort in one step, well under 0.1 s; a single larger node takes as long as it takes. */
const numbersPerStep = 200_000;

/** Builds the tree, O(n log n · d) time; may be paused between steps. */
export function* buildSteps(tree: PointTree): Generator<void, void, void> {
  const { kernels, contextAddress, box } = tree;
  const { core, leaves: all, capacity, d, sift } = tree.context;
  // Core distances come later: until then their place serves as the keys that the build selects by.
  const keys = core;
  if (sift) yield* turnToAxes(tree);
  kernels.startTree(contextAddress);
  const open = [{ node: 0, firstLeaf: 0, leaves: all }];
  for (let next = open.pop(); next; next = open.pop()) {
    const { node, firstLeaf, leaves } = next;
    if (leaves === 1 || leaves * capacity * d <= numbersPerStep) {
      kernels.buildNode(contextAddress, node, firstLeaf, leaves, keys, box);
    } else {
      const right = kernels.splitNode(contextAddress, node, firstLeaf, leaves, keys, box);
      const leftLeaves = leaves >> 1;
      open.push({ node: right, firstLeaf: firstLeaf + leftLeaves, leaves: leaves - leftLeaves });
      open.push({ node: node + 1, firstLeaf, leaves: leftLeaves });
    }
    yield;
  }
  if (sift) kernels.frame(contextAddress);
}

/** Points along their principal axes, where boxes and partial sums tell more. */
function* turnToAxes(tree: PointTree): Generator<void, void, void> {
  const { n, d, original, rows, frame } = tree.context;
  const from = view(tree, 'f64', original, n * d);
  const to = view(tree, 'f64', rows, n * d);
  const { centre, axes } = principalAxes(from, n, d);
  view(tree, 'f64', frame, d).set(centre);
  view(tree, 'f64', frame + 8 * (d + 1), d * d).set(axes);
  yield;
  const centred = new Float64Array(d);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < d; j++) centred[j] = from[i * d + j]! - centre[j]!;
    for (let a = 0; a < d; a++) {
      let sum = 0;
      for (let j = 0; j < d; j++) sum += axes[a * d + j]! * centred[j]!;
      to[i * d + a] = sum;
    }
    if (i % 4096 === 0) yield;
  }
}

/** A view of numbers in the tree's memory. */
export function view(tree: PointTree, kind: 'f64', address: number, count: number): Float64Array;
export function view(tree: PointTree, kind: 'i32', address: number, count: number): Int32Array;
export function view(
  tree: PointTree,
  kind: 'f64' | 'i32',
  address: number,
  count: number,
): Float64Array | Int32Array {
  return kind === 'f64'
    ? new Float64Array(tree.memory.buffer, address, count)
    : new Int32Array(tree.memory.buffer, address, count);
}
