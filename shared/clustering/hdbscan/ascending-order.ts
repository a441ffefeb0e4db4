/**
 * Positions of numbers ≥ 0 in ascending order, ties by position: least-significant-digit radix sort on the bits, which
 * order such numbers as their values do. O(n) time, 24 bytes a number.
 */
export function ascendingOrder(values: Float64Array): Uint32Array {
  const n = values.length;
  // Adding 0 turns −0, whose bits would put it last, into 0.
  const keys = new Uint32Array(Float64Array.from(values, (value) => value + 0).buffer);
  let order = Uint32Array.from({ length: n }, (_, i) => i);
  let other = new Uint32Array(n);
  const starts = new Uint32Array(radix);
  for (let digit = 0; digit < 4; digit++) {
    const word = digit >> 1;
    const shift = digit % 2 === 0 ? 0 : 16;
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

const radix = 65536;
const mask = radix - 1;
