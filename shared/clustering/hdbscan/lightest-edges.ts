/** A minimum spanning forest of edges that come one after the other, in memory proportional to its nodes and `n`. */
export class LightestEdges {
  readonly #nodes: number;
  readonly #n: number;
  #from: Int32Array;
  #to: Int32Array;
  /** Sparser end first, then the other: the greater, the lighter the edge. */
  #density: Float64Array;
  #edges = 0;

  constructor(nodes: number, n: number) {
    this.#nodes = nodes;
    this.#n = n;
    const room = 4 * nodes + 4096;
    this.#from = new Int32Array(room);
    this.#to = new Int32Array(room);
    this.#density = new Float64Array(room);
  }

  /** An edge between two nodes, and how many of the n points are around its ends. */
  add(from: number, to: number, aroundFrom: number, aroundTo: number): void {
    if (this.#edges === this.#from.length) this.#thin();
    const e = this.#edges++;
    this.#from[e] = from;
    this.#to[e] = to;
    // At most n each, so that one number, exact, orders both.
    this.#density[e] = Math.min(aroundFrom, aroundTo) * (this.#n + 1) + Math.max(aroundFrom, aroundTo);
  }

  /**
   * What the edges merge, lightest first, edges that weigh the same at once: numbers below the number of nodes are nodes,
   * above them what the merges before made.
   */
  merges(): number[][] {
    this.#thin();
    const merges: number[][] = [];
    const above = Int32Array.from({ length: this.#nodes }, (_, i) => i);
    /** By root: what stands for the component. */
    const standsFor = Int32Array.from(above);
    for (let e = 0; e < this.#edges;) {
      const before = new Map<number, number>();
      const start = e;
      for (; e < this.#edges && this.#density[e] === this.#density[start]; e++) {
        const [a, b] = [rootOf(above, this.#from[e]!), rootOf(above, this.#to[e]!)];
        for (const root of [a, b]) if (!before.has(root)) before.set(root, standsFor[root]!);
        above[a] = b;
      }
      const joined = new Map<number, number[]>();
      for (const [root, node] of before) {
        const top = rootOf(above, root);
        const nodes = joined.get(top);
        if (nodes) nodes.push(node);
        else joined.set(top, [node]);
      }
      for (const [top, nodes] of joined) {
        standsFor[top] = this.#nodes + merges.length;
        merges.push(nodes);
      }
    }
    return merges;
  }

  /** Kruskal's algorithm on the edges so far: keeps the forest, lightest first. */
  #thin(): void {
    const order = Int32Array.from({ length: this.#edges }, (_, e) => e).sort(
      (a, b) => this.#density[b]! - this.#density[a]!,
    );
    const above = Int32Array.from({ length: this.#nodes }, (_, i) => i);
    const kept = order.filter((e) => {
      const [a, b] = [rootOf(above, this.#from[e]!), rootOf(above, this.#to[e]!)];
      above[a] = b;
      return a !== b;
    });
    const [from, to, density] = [this.#from, this.#to, this.#density];
    this.#from = new Int32Array(from.length);
    this.#to = new Int32Array(from.length);
    this.#density = new Float64Array(from.length);
    kept.forEach((e, position) => {
      this.#from[position] = from[e]!;
      this.#to[position] = to[e]!;
      this.#density[position] = density[e]!;
    });
    this.#edges = kept.length;
  }
}

function rootOf(above: Int32Array, node: number): number {
  let x = node;
  while (above[x] !== x) {
    above[x] = above[above[x]!]!;
    x = above[x]!;
  }
  return x;
}
