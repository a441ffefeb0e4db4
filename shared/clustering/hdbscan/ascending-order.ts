/**
 * Positions of numbers ≥ 0 in ascending order, ties by position: least-significant-digit radix sort on the bits, which
 * order such numbers as their values do. O(n) time, 24 bytes a number.
 */
export function ascendingOrder(values: Float64Array): Uint32Array {
  const n = values.length;
  // Adding 0 turns −0, whose bits would put it last, into 0.
  const keys = new Uint32Array(values.map((value) => value + 0).buffer);
  let order = new Uint32Array(n);
  for (let i = 0; i < n; i++) order[i] = i;
  let other = new Uint32Array(n);
  // Few numbers do not fill many buckets.
  const bits = n < 100_000 ? 8 : 16;
  const radix = 1 << bits;
  const mask = radix - 1;
  const starts = new Uint32Array(radix);
  for (let bit = 0; bit < 64; bit += bits) {
    const word = bit >> 5;
    const shift = bit & 31;
    starts.fill(0);
    for (let i = 0; i < n; i++) starts[(keys[2 * i + word]! >>> shift) & mask]!++;
    let start = 0;
    for (let bucket = 0; bucket < radix; bucket++) {
      const count = starts[bucket]!;
      starts[bucket] = start;
      start += count;
    }
    for (let p = 0; p < n; p++) {
      const i = order[p]!;
      other[starts[(keys[2 * i + word]! >>> shift) & mask]!++] = i;
    }
    [order, other] = [other, order];
  }
  return order;
}
