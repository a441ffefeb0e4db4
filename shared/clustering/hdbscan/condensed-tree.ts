import { type LinkageMemory } from './linkage-memory.js';
import { type MergeOrder } from './merge-order.js';

/**
 * The hierarchy of clusters of at least `minClusterSize` points (Campello et al. 2013; McInnes & Healy 2017). Cluster 0
 * is the root, all points; the others are numbered by how many merges lie between them and the root, as Python's hdbscan
 * numbers them, larger siblings first: so parents come before their children. λ is 1 / distance.
 */
export interface CondensedTree {
  /** By cluster: the cluster it splits off from, −1 for the root. */
  readonly parent: Int32Array;
  /** By cluster: λ at which it splits off, 0 for the root. */
  readonly birth: Float64Array;
  /** By cluster: the largest λ at which anything, a point or a cluster, leaves it. */
  readonly death: Float64Array;
  /** By cluster: points at birth. */
  readonly size: Int32Array;
  /** By cluster: excess of mass, the sum over its points of λ at leaving − λ at birth. */
  readonly stability: Float64Array;
  /** By point: the cluster that it leaves to be noise, and λ at which it does. Infinite among duplicates. */
  readonly pointCluster: Int32Array;
  readonly pointLambda: Float64Array;
}

/**
 * Condenses the hierarchy of n points that `singleLinkage` made. Merges of one height count as one merge of all that
 * they join, or as several where `ties` tells an order among them: a split is true when at least two of the parts have
 * `minClusterSize` points. So nothing depends on the order of the rows, nor on which of several minimum spanning trees
 * the hierarchy comes from.
 */
export function* condense(
  memory: LinkageMemory,
  minClusterSize: number,
  ties?: MergeOrder,
): Generator<void, CondensedTree, void> {
  const { kernels, address, n, left, right, height, size, points, first } = memory;
  const parent: number[] = [-1];
  const birth: number[] = [0];
  const death: number[] = [0];
  const sizes: number[] = [n];
  const stability: number[] = [0];
  const depth: number[] = [0];
  /** Merges in between, of the height of a merge that has them: number 2n − 1 is the first. */
  const between: { height: number; size: number; parts: readonly number[] }[] = [];
  const isBetween = (node: number): boolean => node >= 2 * n - 1;
  const sizeOf = (node: number): number =>
    node < n ? 1 : isBetween(node) ? between[node - (2 * n - 1)]!.size : size[node - n]!;
  // No cluster is larger than n; the kernel takes 32-bit numbers.
  const least = Math.min(minClusterSize, n + 1);
  kernels.orderLeaves(address);

  const rowsOf = (node: number): Int32Array => points.subarray(first[node]!, first[node]! + sizeOf(node));
  const firstPoint = (node: number): number =>
    isBetween(node)
      ? between[node - (2 * n - 1)]!.parts.reduce((a, part) => Math.min(a, firstPoint(part)), n)
      : rowsOf(node).reduce((a, b) => Math.min(a, b));
  const leave = (node: number, cluster: number, lambda: number): void => {
    if (!isBetween(node)) kernels.leave(address, node, cluster, lambda);
    else for (const part of between[node - (2 * n - 1)]!.parts) leave(part, cluster, lambda);
  };

  /** What the simultaneous merge at the top of `node` joined. */
  const takeApart = (node: number): number[] => {
    const parts: number[] = [];
    const level = height[node - n]!;
    const open = [node];
    while (open.length > 0) {
      const m = open.pop()! - n;
      for (const child of [right[m]!, left[m]!]) {
        if (child >= n && height[child - n] === level) open.push(child);
        else parts.push(child);
      }
    }
    return parts;
  };
  /** Whether in some order of the merges two clusters would come to meet. */
  const orderMatters = (parts: readonly number[]): boolean => {
    if (parts.length === 2) return false;
    let large = 0;
    let spare = 0;
    for (const part of parts) {
      if (sizeOf(part) >= least) large++;
      else spare += sizeOf(part);
    }
    return large >= 2 || spare >= (2 - large) * least;
  };
  /** Of the parts of a merge, those that are joined before the others make one. */
  function* joinInOrder(
    parts: readonly number[],
    level: number,
    order: MergeOrder,
  ): Generator<void, readonly number[], void> {
    const merges = yield* order.inOrder(parts.map(rowsOf), level);
    const made = [...parts];
    let joined: readonly number[] = parts;
    for (const merge of merges) {
      joined = merge.map((part) => made[part]!);
      made.push(2 * n - 1 + between.length);
      const total = joined.reduce((sum, part) => sum + sizeOf(part), 0);
      between.push({ height: level, size: total, parts: joined });
    }
    return joined;
  }

  const nodes: number[] = n === 1 ? [] : [2 * n - 2];
  if (n === 1) memory.pointLambda[0] = Infinity;
  for (let cluster = 0; cluster < nodes.length; cluster++) {
    let node = nodes[cluster]!;
    memory.excess[0] = 0;
    memory.depth[0] = depth[cluster]!;
    for (;;) {
      if (!isBetween(node)) node = kernels.peel(address, node, cluster, birth[cluster]!, least);
      const distance = isBetween(node) ? between[node - (2 * n - 1)]!.height : height[node - n]!;
      const lambda = distance > 0 ? 1 / distance : Infinity;
      death[cluster] = lambda;
      let parts = isBetween(node) ? between[node - (2 * n - 1)]!.parts : takeApart(node);
      if (ties && !isBetween(node) && orderMatters(parts)) parts = yield* joinInOrder(parts, distance, ties);
      memory.depth[0]! += parts.length - 1;
      const large = parts.filter((part) => sizeOf(part) >= least);
      const rest = large.length === 1 ? sizeOf(large[0]!) : 0;
      memory.excess[0]! += (lambda - birth[cluster]!) * (sizeOf(node) - rest);
      for (const part of parts) if (sizeOf(part) < least) leave(part, cluster, lambda);
      if (large.length === 1) {
        node = large[0]!;
        continue;
      }
      large.sort((a, b) => sizeOf(b) - sizeOf(a) || firstPoint(a) - firstPoint(b));
      for (const part of large) {
        nodes.push(part);
        parent.push(cluster);
        birth.push(lambda);
        death.push(0);
        sizes.push(sizeOf(part));
        stability.push(0);
        depth.push(memory.depth[0]!);
      }
      break;
    }
    stability[cluster] = memory.excess[0]!;
  }
  const order = Int32Array.from(depth.keys()).sort(
    (a, b) => depth[a]! - depth[b]! || sizes[b]! - sizes[a]! || a - b,
  );
  order.forEach((cluster, position) => (memory.numbers[cluster] = position));
  const number = memory.numbers.slice(0, order.length);
  kernels.renumber(address);
  return {
    parent: Int32Array.from(order, (cluster) => (cluster === 0 ? -1 : number[parent[cluster]!]!)),
    birth: Float64Array.from(order, (cluster) => birth[cluster]!),
    death: Float64Array.from(order, (cluster) => death[cluster]!),
    size: Int32Array.from(order, (cluster) => sizes[cluster]!),
    stability: Float64Array.from(order, (cluster) => stability[cluster]!),
    pointCluster: memory.pointCluster.slice(),
    pointLambda: memory.pointLambda.slice(),
  };
}
