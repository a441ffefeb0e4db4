/** The compiled kernels of shared/clustering/assembly; addresses are byte offsets into the memory they were given. */
export interface Kernels {
  startTree(context: number): void;
  splitNode(
    context: number,
    node: number,
    firstLeaf: number,
    leaves: number,
    keys: number,
    box: number,
  ): number;
  buildNode(
    context: number,
    node: number,
    firstLeaf: number,
    leaves: number,
    keys: number,
    box: number,
  ): void;
  frame(context: number): void;
  findNeighbours(context: number, workspace: number, fromLeaf: number, toLeaf: number): void;
  findNearest(
    context: number,
    workspace: number,
    queries: number,
    count: number,
    k: number,
    slots: number,
    distances: number,
  ): void;
  findWithin(context: number, workspace: number, slot: number, limit: number, out: number): number;
  begin(context: number): void;
  refresh(context: number, counts: number): number;
  ask(context: number, workspace: number, stripe: number, from: number, to: number): void;
  join(context: number): number;
  linkEdges(linkage: number): void;
  orderLeaves(linkage: number): void;
  leave(linkage: number, part: number, cluster: number, lambda: number): void;
  peel(linkage: number, node: number, cluster: number, birth: number, minClusterSize: number): number;
  renumber(linkage: number): void;
}
