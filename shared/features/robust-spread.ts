/**
 * Median and spread of sorted, finite values (at least one). The spread is the interquartile range; where half of
 * the values are equal that is 0, and the standard deviation takes its place; where all are equal, 1.
 */
export function robustSpread(sorted: Float64Array): {
  centre: number;
  scale: number;
  spread: 'iqr' | 'sd' | 'constant';
} {
  const centre = sortedQuantile(sorted, 0.5);
  const range = sortedQuantile(sorted, 0.75) - sortedQuantile(sorted, 0.25);
  if (range > 0) return { centre, scale: range, spread: 'iqr' };
  const sd = standardDeviation(sorted);
  return sd > 0 ? { centre, scale: sd, spread: 'sd' } : { centre, scale: 1, spread: 'constant' };
}

/** Quantile by linear interpolation between order statistics. */
function sortedQuantile(sorted: Float64Array, p: number): number {
  const position = (sorted.length - 1) * p;
  const below = Math.floor(position);
  const low = sorted[below]!;
  const high = sorted[Math.min(below + 1, sorted.length - 1)]!;
  return low + (high - low) * (position - below);
}

function standardDeviation(values: Float64Array): number {
  // All equal: a mean that is off in the last bit must not look like spread.
  if (values[0] === values[values.length - 1]) return 0;
  let mean = 0;
  for (const value of values) mean += value / values.length;
  let squares = 0;
  for (const value of values) squares += (value - mean) ** 2;
  return Math.sqrt(squares / (values.length - 1));
}
