import { type StructureMetrics } from '../shared/contracts/structure-metrics.js';

/** A clustering in a few words. */
export function describeStructure({ clusters, noise, largestShare }: StructureMetrics): string {
  const share = (value: number): string => `${(100 * value).toFixed(1)}%`;
  return `${clusters} clusters, ${share(noise)} noise, largest ${share(largestShare)}`;
}
