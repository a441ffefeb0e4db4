import { type LinkageMemory } from './linkage-memory.js';

/**
 * The single-linkage hierarchy, a merge an element, heights ascending, in the form that scipy's `linkage` has: numbers
 * below n are points, number n + m is what merge m made. Merges of one height (to 10⁻¹⁰ of it) are one simultaneous
 * merge; the order in which they stand here among themselves has no meaning.
 */
export interface SingleLinkageTree {
  readonly left: Int32Array;
  readonly right: Int32Array;
  readonly height: Float64Array;
  /** Points below. */
  readonly size: Int32Array;
}

/** Merges along the edges placed, lightest first. O(n) time but for the near-constant union–find. */
export function singleLinkage({
  kernels,
  address,
  left,
  right,
  height,
  size,
}: LinkageMemory): SingleLinkageTree {
  kernels.linkEdges(address);
  return { left: left.slice(), right: right.slice(), height: height.slice(), size: size.slice() };
}
