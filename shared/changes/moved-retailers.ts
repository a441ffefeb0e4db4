import { type BehaviourChange } from './detect-changes.js';

/**
 * The cluster that each retailer's own months prove it to be in, −2 for none. Who is there already stays for weaker
 * evidence than it took to come. A retailer in noise stays there: no course was ever its own, so that none was left.
 */
export function provenClusters(input: {
  readonly changes: readonly BehaviourChange[];
  /** A retailer each, −1 noise. */
  readonly raw: Int32Array;
  /** A retailer each: cluster of its previous segment, −1 noise, −2 none. */
  readonly previous: Int32Array;
  readonly minProbability: number;
}): Int32Array {
  const { changes, raw, previous, minProbability } = input;
  const proven = new Int32Array(raw.length).fill(-2);
  for (const { retailer, cluster, probability } of changes) {
    const was = previous[retailer]!;
    if (was < 0 && raw[retailer]! < 0) continue;
    if (probability >= minProbability || was === cluster) proven[retailer] = cluster;
  }
  return proven;
}
