import { type SingleLinkageTree } from './single-linkage.js';

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
 * Condenses a hierarchy of n points. Merges of one height count as one merge of all that they join: a split is true
 * when at least two of the parts have `minClusterSize` points. So nothing depends on the order of the rows, nor on
 * which of several minimum spanning trees the hierarchy comes from.
 */
export function condense(linkage: SingleLinkageTree, minClusterSize: number): CondensedTree {
  const { left, right, height, size } = linkage;
  const merges = height.length;
  const n = merges + 1;
  const { points, first } = leafOrder(linkage);
  const parent: number[] = [-1];
  const birth: number[] = [0];
  const death: number[] = [0];
  const sizes: number[] = [n];
  const stability: number[] = [0];
  const depth: number[] = [0];
  const pointCluster = new Int32Array(n);
  const pointLambda = new Float64Array(n).fill(merges === 0 ? Infinity : 0);
  const sizeOf = (node: number): number => (node < n ? 1 : size[node - n]!);

  const firstPoint = (node: number): number =>
    points.subarray(first[node]!, first[node]! + sizeOf(node)).reduce((a, b) => Math.min(a, b));

  const isTied = (child: number, level: number): boolean => child >= n && height[child - n] === level;

  /** What the simultaneous merge at the top of `node` joined. */
  const parts: number[] = [];
  const takeApart = (node: number): void => {
    parts.length = 0;
    const level = height[node - n]!;
    const open = [node];
    while (open.length > 0) {
      const m = open.pop()! - n;
      for (const child of [right[m]!, left[m]!]) {
        if (isTied(child, level)) open.push(child);
        else parts.push(child);
      }
    }
  };

  const leave = (part: number, cluster: number, lambda: number): void => {
    const to = first[part]! + sizeOf(part);
    for (let p = first[part]!; p < to; p++) {
      pointCluster[points[p]!] = cluster;
      pointLambda[points[p]!] = lambda;
    }
  };

  const nodes: number[] = merges === 0 ? [] : [n + merges - 1];
  for (let cluster = 0; cluster < nodes.length; cluster++) {
    let node = nodes[cluster]!;
    let excess = 0;
    let below = depth[cluster]!;
    for (;;) {
      const distance = height[node - n]!;
      const lambda = distance > 0 ? 1 / distance : Infinity;
      death[cluster] = lambda;
      // By far the most frequent: two parts, of which one lives on.
      const [a, b] = [left[node - n]!, right[node - n]!];
      const [larger, smaller] = sizeOf(a) < sizeOf(b) ? [b, a] : [a, b];
      if (
        sizeOf(larger) >= minClusterSize &&
        sizeOf(smaller) < minClusterSize &&
        !isTied(a, distance) &&
        !isTied(b, distance)
      ) {
        below++;
        excess += (lambda - birth[cluster]!) * sizeOf(smaller);
        leave(smaller, cluster, lambda);
        node = larger;
        continue;
      }
      takeApart(node);
      below += parts.length - 1;
      const large = parts.filter((part) => sizeOf(part) >= minClusterSize);
      const rest = large.length === 1 ? sizeOf(large[0]!) : 0;
      excess += (lambda - birth[cluster]!) * (sizeOf(node) - rest);
      for (const part of parts) if (sizeOf(part) < minClusterSize) leave(part, cluster, lambda);
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
        depth.push(below);
      }
      break;
    }
    stability[cluster] = excess;
  }
  const order = Int32Array.from(depth.keys()).sort(
    (a, b) => depth[a]! - depth[b]! || sizes[b]! - sizes[a]! || a - b,
  );
  const number = new Int32Array(order.length);
  order.forEach((cluster, position) => (number[cluster] = position));
  return {
    parent: Int32Array.from(order, (cluster) => (cluster === 0 ? -1 : number[parent[cluster]!]!)),
    birth: Float64Array.from(order, (cluster) => birth[cluster]!),
    death: Float64Array.from(order, (cluster) => death[cluster]!),
    size: Int32Array.from(order, (cluster) => sizes[cluster]!),
    stability: Float64Array.from(order, (cluster) => stability[cluster]!),
    pointCluster: pointCluster.map((cluster) => number[cluster]!),
    pointLambda,
  };
}

/** Points in an order in which those below any node stand together: node's points start at `first[node]`. */
function leafOrder({ left, right, size }: SingleLinkageTree): { points: Int32Array; first: Int32Array } {
  const n = size.length + 1;
  const points = new Int32Array(n);
  const first = new Int32Array(2 * n - 1);
  for (let m = size.length - 1; m >= 0; m--) {
    const [a, b] = [left[m]!, right[m]!];
    first[a] = first[n + m]!;
    first[b] = first[a]! + (a < n ? 1 : size[a - n]!);
  }
  for (let i = 0; i < n; i++) points[first[i]!] = i;
  return { points, first };
}
