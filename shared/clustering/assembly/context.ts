/**
 * Where everything lies in the one linear memory: `layout.ts` of the library writes this block, field after field.
 * Points are kept in "slots": leaf after leaf of the kd-tree, `capacity` slots a leaf, the last leaf filled up with
 * infinity. Inside a leaf coordinates come first, so that one vector load takes one coordinate of two points.
 */
@unmanaged
export class Context {
  /** Points. */
  n: i32;
  /** Coordinates. */
  d: i32;
  /** Slots a leaf: a multiple of 8. */
  capacity: i32;
  leaves: i32;
  /** Neighbours kept for each point. */
  k: i32;
  /** 0 Euclidean (distances squared until the end), 1 Manhattan. */
  manhattan: i32;
  /** f64[n × d] row-major, as handed over. */
  original: usize;
  /** f64[n × d] row-major, as the tree has them: the same, or where distances are sifted along the axes of `frame`. */
  rows: usize;
  /** i32[slots]: the row of a slot. */
  rowOf: usize;
  /** f64[leaves × d × capacity]; not where distances are sifted. */
  blocks: usize;
  /** Whether distances are sifted in single precision first: Euclidean, many columns. */
  sift: i32;
  /** f32[leaves × d × capacity]: `rows`, scaled so that no norm is above 1. */
  blocks32: usize;
  /** f64[d + 1 + d × d]: the centre, then the scale, a power of 2, then the axes, orthonormal rows. */
  frame: usize;
  /** f64[leaves]: the largest norm in a leaf, centred and scaled. */
  leafNorms: usize;
  /** i32[nodes], nodes in preorder: the right child, 0 at a leaf. The left child is the next node. */
  right: usize;
  /** i32[nodes]: the first leaf below. */
  firstLeaf: usize;
  /** f64[nodes × d × 4]: lower bounds of left and right child, upper bounds of both, coordinate after coordinate. */
  boxes: usize;
  /** i32[slots × k]: nearest neighbours by distance, the point itself not among them. */
  neighbours: usize;
  /** f64[slots]: distance to the k-th neighbour, squared for Euclidean. */
  core: usize;
  /** f64[slots]: distance to the one before. */
  innerCore: usize;
  /** i32[slots]: union–find parents. */
  parent: usize;
  /** i32[slots]: component of a point in this round. */
  component: usize;
  /** i32[nodes]: the component of all points below, or −1. */
  nodeComponent: usize;
  /** f64[slots]: no foreign point is nearer (in mutual reachability) than this. */
  bound: usize;
  /** i32[slots]: the foreign point at exactly that distance, or −1. */
  candidate: usize;
  /** i32[slots]: points in the order in which a round asks for them. */
  order: usize;
  /** i32[slots] scratch. */
  scratch: usize;
  /** f64[stripes × slots], i32[…], i32[…]: per stripe the lightest edge that leaves each component. */
  bestWeight: usize;
  bestFrom: usize;
  bestTo: usize;
  stripes: i32;
  /** Whether a neighbour is never further than the core distance: not so with alpha < 1. */
  useNeighbours: i32;
  /** Components in this round. */
  components: i32;
  /** i32[n − 1], i32[n − 1], f64[n − 1]: the tree's edges between slots. */
  edgeFrom: usize;
  edgeTo: usize;
  edgeWeight: usize;
  edges: i32;
}
