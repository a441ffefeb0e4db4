/** How to read a bootstrap Jaccard (Hennig 2007). */
export const jaccardReadings = ['highly stable', 'stable', 'doubtful', 'dissolved'] as const;
export type JaccardReading = (typeof jaccardReadings)[number];

export function readJaccard(jaccard: number): JaccardReading {
  if (jaccard >= 0.85) return 'highly stable';
  if (jaccard >= 0.75) return 'stable';
  return jaccard >= 0.6 ? 'doubtful' : 'dissolved';
}

/** |A ∩ B| / |A ∪ B|; null where both are empty. */
export function jaccardOfCounts(sizeA: number, sizeB: number, both: number): number | null {
  const union = sizeA + sizeB - both;
  return union === 0 ? null : both / union;
}
