import { type Matrix } from '../../numeric/matrix.js';
import { type OnProgress } from '../../progress.js';
import { checkTreeOptions } from './check-options.js';
import { checkPoints } from './check-points.js';
import { type Metric, type SpanningTreeOptions } from './options.js';
import { buildSteps, placePoints, view, type PointTree } from './point-tree.js';
import { type SpanningTree } from './spanning-tree.js';
import { leavesPerBlock } from './tree-jobs.js';
import { TreeTeam } from './tree-team.js';
import { Turns } from './turns.js';

/**
 * Stripes into which a round of Borůvka's algorithm is cut. Each keeps bounds of its own, so that what is found does
 * not depend on how many threads there are; more stripes prune a little less.
 */
const stripes = 4;

/** The tree of `minimumSpanningTree`, and the kd-tree that it was grown on, which lone points do not have. */
export async function growSpanningTree(
  points: Matrix,
  options: SpanningTreeOptions,
): Promise<{ tree: SpanningTree; pointTree?: PointTree }> {
  checkTreeOptions(options);
  checkPoints(points);
  const { metric = 'euclidean', alpha = 1, threads = 1, signal, onProgress = () => undefined } = options;
  signal?.throwIfAborted();
  const n = points.rows;
  const minSamples = Math.min(options.minSamples, n - 1);
  if (minSamples === 0) return { tree: loneTree(points, metric, alpha) };
  onProgress({ phase: 'kd-tree', done: 0, total: 1 });
  const tree = placePoints(points, {
    metric,
    k: minSamples,
    threads,
    stripes,
    useNeighbours: alpha >= 1,
    queries: 0,
  });
  const turns = new Turns(signal);
  await turns.through(buildSteps(tree));
  onProgress({ phase: 'kd-tree', done: 1, total: 1 });
  const team = new TreeTeam(tree, turns);
  try {
    await findCoreDistances(tree, team, onProgress);
    const root = metric === 'manhattan' ? (x: number) => x : Math.sqrt;
    const core = view(tree, 'f64', tree.context.core, n);
    const coreDistances = byRow(tree, core, root);
    const innerCoreDistances = byRow(tree, view(tree, 'f64', tree.context.innerCore, n), root);
    // max(core, distance / alpha) = max(alpha · core, distance) / alpha: so the search need not know alpha.
    const factor = metric === 'manhattan' ? alpha : alpha * alpha;
    if (factor !== 1) for (let i = 0; i < n; i++) core[i]! *= factor;
    await growTree(tree, team, turns, onProgress);
    const edges = edgesByRow(tree, (x) => root(x) / alpha);
    const graph = { points, metric, alpha, coreDistances };
    return { tree: { ...edges, coreDistances, innerCoreDistances, minSamples, graph }, pointTree: tree };
  } finally {
    await team.dismiss();
  }
}

async function findCoreDistances(tree: PointTree, team: TreeTeam, onProgress: OnProgress): Promise<void> {
  const { n, leaves, capacity } = tree.context;
  const report = (blocks: number) =>
    onProgress({ phase: 'core distances', done: Math.min(n, blocks * leavesPerBlock * capacity), total: n });
  report(0);
  await team.run({ kind: 'neighbours', leaves }, report);
  report(leaves);
}

async function growTree(
  tree: PointTree,
  team: TreeTeam,
  turns: Turns,
  onProgress: OnProgress,
): Promise<void> {
  const { kernels, contextAddress } = tree;
  const { n } = tree.context;
  kernels.begin(contextAddress);
  for (;;) {
    await turns.pause();
    const components = kernels.refresh(contextAddress, tree.counts);
    onProgress({ phase: 'spanning tree', done: n - components, total: n - 1 });
    if (components === 1) return;
    const report = () => onProgress({ phase: 'spanning tree', done: n - components, total: n - 1 });
    await team.run({ kind: 'ask', stripes, pointsPerStripe: Math.ceil(n / stripes) }, report);
    kernels.join(contextAddress);
  }
}

function byRow(tree: PointTree, bySlot: Float64Array, map: (value: number) => number): Float64Array {
  const rowOf = view(tree, 'i32', tree.context.rowOf, bySlot.length);
  const result = new Float64Array(bySlot.length);
  for (let slot = 0; slot < bySlot.length; slot++) result[rowOf[slot]!] = map(bySlot[slot]!);
  return result;
}

function edgesByRow(
  tree: PointTree,
  map: (weight: number) => number,
): { from: Int32Array; to: Int32Array; weight: Float64Array } {
  const { context } = tree;
  const edges = context.n - 1;
  const rowOf = view(tree, 'i32', context.rowOf, context.n);
  const slotFrom = view(tree, 'i32', context.edgeFrom, edges);
  const slotTo = view(tree, 'i32', context.edgeTo, edges);
  const from = new Int32Array(edges);
  const to = new Int32Array(edges);
  for (let e = 0; e < edges; e++) {
    const a = rowOf[slotFrom[e]!]!;
    const b = rowOf[slotTo[e]!]!;
    from[e] = Math.min(a, b);
    to[e] = Math.max(a, b);
  }
  return { from, to, weight: view(tree, 'f64', context.edgeWeight, edges).map(map) };
}

/** The tree of one point. */
function loneTree(points: Matrix, metric: Metric, alpha: number): SpanningTree {
  const coreDistances = new Float64Array(1);
  return {
    from: new Int32Array(0),
    to: new Int32Array(0),
    weight: new Float64Array(0),
    coreDistances,
    innerCoreDistances: new Float64Array(1),
    minSamples: 0,
    graph: { points, metric, alpha, coreDistances },
  };
}
