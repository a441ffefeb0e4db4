/** An order among the merges of one height. */
export interface MergeOrder {
  /**
   * Merges of what is given by its rows, first to last, each simultaneous: numbers below `parts.length` are parts, number
   * `parts.length + m` is what merge m made. The last one makes the whole. Pauses where it takes long.
   */
  inOrder(parts: readonly Int32Array[], height: number): Generator<void, number[][], void>;
}
