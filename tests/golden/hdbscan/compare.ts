/** Rows, not among `excluded`, where numbers differ by more than `tolerance` (absolute, or relative above 1). */
export function differing(
  found: ArrayLike<number>,
  expected: readonly (number | null)[],
  tolerance: number,
  excluded: readonly number[] = [],
): number[] {
  const skip = new Set(excluded);
  return expected.flatMap((value, i) =>
    value === null || skip.has(i) || Math.abs(found[i]! - value) <= tolerance * Math.max(1, Math.abs(value))
      ? []
      : [i],
  );
}

/** For each of our labels the reference's, by majority over the rows not excluded; −1 stays. */
export function labelMap(
  found: Int32Array,
  expected: readonly number[],
  excluded: readonly number[],
): Map<number, number> {
  const skip = new Set(excluded);
  const counts = new Map<number, Map<number, number>>();
  found.forEach((label, i) => {
    if (label < 0 || skip.has(i)) return;
    const count = counts.get(label) ?? new Map<number, number>();
    count.set(expected[i]!, (count.get(expected[i]!) ?? 0) + 1);
    counts.set(label, count);
  });
  const map = new Map([[-1, -1]]);
  for (const [label, count] of counts) map.set(label, [...count].sort((a, b) => b[1] - a[1])[0]![0]);
  return map;
}

/** Adjusted Rand index; noise counts as a cluster, as it does in the reference's bounds. */
export function adjustedRandIndex(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const pairs = (counts: Map<string, number>) =>
    [...counts.values()].reduce((sum, count) => sum + (count * (count - 1)) / 2, 0);
  const [both, ofA, ofB] = [new Map<string, number>(), new Map<string, number>(), new Map<string, number>()];
  const count = (counts: Map<string, number>, key: string) => counts.set(key, (counts.get(key) ?? 0) + 1);
  for (let i = 0; i < a.length; i++) {
    count(both, `${a[i]} ${b[i]}`);
    count(ofA, `${a[i]}`);
    count(ofB, `${b[i]}`);
  }
  const expected = (pairs(ofA) * pairs(ofB)) / ((a.length * (a.length - 1)) / 2);
  const largest = (pairs(ofA) + pairs(ofB)) / 2;
  return largest === expected ? 1 : (pairs(both) - expected) / (largest - expected);
}
