/**
 * Two-sample Kolmogorov–Smirnov statistic: the greatest distance between the empirical distributions, 0 to 1,
 * ties taken together. Missing values (NaN) are left out; null where nothing is left on either side.
 */
export function kolmogorovSmirnov(before: Float64Array, after: Float64Array): number | null {
  const a = before.filter((value) => !Number.isNaN(value)).sort();
  const b = after.filter((value) => !Number.isNaN(value)).sort();
  if (a.length === 0 || b.length === 0) return null;
  let [i, j, greatest] = [0, 0, 0];
  while (i < a.length && j < b.length) {
    const value = Math.min(a[i]!, b[j]!);
    while (i < a.length && a[i]! === value) i++;
    while (j < b.length && b[j]! === value) j++;
    greatest = Math.max(greatest, Math.abs(i / a.length - j / b.length));
  }
  return greatest;
}
