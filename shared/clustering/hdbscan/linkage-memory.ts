import { kernelModule } from './kernel-module.js';
import { instantiateKernels } from './instantiate-kernels.js';
import { type Kernels } from './kernels.js';
import { Arena } from './layout.js';
import { type WeightedTree } from './weighted-tree.js';

/** Fields of `Linkage` in shared/clustering/assembly/linkage.ts after `excess` and `depth`, in their order. */
const fields = [
  'n',
  'from',
  'to',
  'weight',
  'order',
  'other',
  'starts',
  'above',
  'rank',
  'left',
  'right',
  'height',
  'size',
  'points',
  'first',
  'pointCluster',
  'pointLambda',
  'numbers',
] as const;

/** Stage 2's arrays in a memory of its kernels; some 80 bytes a point. */
export interface LinkageMemory {
  readonly kernels: Kernels;
  readonly address: number;
  readonly n: number;
  /** f64[1] and i32[1]: what the kernel `peel` adds to. */
  readonly excess: Float64Array;
  readonly depth: Int32Array;
  readonly left: Int32Array;
  readonly right: Int32Array;
  readonly height: Float64Array;
  readonly size: Int32Array;
  /** Once ordered: points, those below any node together, and where a node's start. */
  readonly points: Int32Array;
  readonly first: Int32Array;
  readonly pointCluster: Int32Array;
  readonly pointLambda: Float64Array;
  readonly numbers: Int32Array;
}

/** Copies a tree's edges into a memory. @throws SegmentsError InvalidMatrix when 32-bit addresses do not reach. */
export function placeEdges(tree: WeightedTree): LinkageMemory {
  const edges = tree.weight.length;
  const n = edges + 1;
  const arena = new Arena();
  const address = arena.take(12 + 4 * fields.length);
  const places: Record<(typeof fields)[number], number> = {
    n,
    from: arena.i32(edges),
    to: arena.i32(edges),
    weight: arena.f64(edges),
    order: arena.i32(edges),
    other: arena.i32(edges),
    starts: arena.i32(65536),
    above: arena.i32(n),
    rank: arena.take(n),
    left: arena.i32(edges),
    right: arena.i32(edges),
    height: arena.f64(edges),
    size: arena.i32(edges),
    points: arena.i32(n),
    first: arena.i32(2 * n - 1),
    pointCluster: arena.i32(n),
    pointLambda: arena.f64(n),
    numbers: arena.i32(n),
  };
  const memory = arena.memory();
  const { buffer } = memory;
  new Int32Array(buffer, address + 12, fields.length).set(fields.map((name) => places[name]));
  const i32 = (at: number, count: number) => new Int32Array(buffer, at, count);
  const f64 = (at: number, count: number) => new Float64Array(buffer, at, count);
  i32(places.from, edges).set(tree.from);
  i32(places.to, edges).set(tree.to);
  f64(places.weight, edges).set(tree.weight);
  return {
    kernels: instantiateKernels(kernelModule, memory),
    address,
    n,
    excess: f64(address, 1),
    depth: i32(address + 8, 1),
    left: i32(places.left, edges),
    right: i32(places.right, edges),
    height: f64(places.height, edges),
    size: i32(places.size, edges),
    points: i32(places.points, n),
    first: i32(places.first, 2 * n - 1),
    pointCluster: i32(places.pointCluster, n),
    pointLambda: f64(places.pointLambda, n),
    numbers: i32(places.numbers, n),
  };
}
