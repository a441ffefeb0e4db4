/** Adjusted Rand index of two labellings; noise counts as a cluster. */
export function adjustedRandIndex(a, b) {
  const choose2 = (count) => (count * (count - 1)) / 2;
  const pairs = (counts) => [...counts.values()].reduce((sum, count) => sum + choose2(count), 0);
  const [both, ofA, ofB] = [new Map(), new Map(), new Map()];
  const count = (counts, key) => counts.set(key, (counts.get(key) ?? 0) + 1);
  for (let i = 0; i < a.length; i++) {
    count(both, a[i] * 2 ** 20 + b[i]);
    count(ofA, a[i]);
    count(ofB, b[i]);
  }
  const expected = (pairs(ofA) * pairs(ofB)) / choose2(a.length);
  const largest = (pairs(ofA) + pairs(ofB)) / 2;
  return largest === expected ? 1 : (pairs(both) - expected) / (largest - expected);
}
