/** Quantile `p` (0 to 1) of ascending numbers, linear between neighbours (type 7 of Hyndman and Fan). */
export function quantileOfSorted(sorted: Float64Array, p: number): number {
  const at = p * (sorted.length - 1);
  const low = Math.floor(at);
  const high = Math.min(low + 1, sorted.length - 1);
  return sorted[low]! + (at - low) * (sorted[high]! - sorted[low]!);
}
