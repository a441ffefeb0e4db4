import { adjustedRandIndex } from './adjusted-rand-index.js';
import { contingency } from './contingency.js';
import { adjustedMutualInformation, variationOfInformation } from './mutual-information.js';

/** How far two labellings of the same retailers agree. */
export interface Agreement {
  readonly retailers: number;
  readonly adjustedRandIndex: number;
  readonly adjustedMutualInformation: number;
  /** Nats. */
  readonly variationOfInformation: number;
}

/** null where there is nobody to compare. */
export function agreement(first: Int32Array, second: Int32Array): Agreement | null {
  if (first.length === 0) return null;
  const table = contingency(first, second);
  return {
    retailers: first.length,
    adjustedRandIndex: adjustedRandIndex(table),
    adjustedMutualInformation: adjustedMutualInformation(table),
    variationOfInformation: variationOfInformation(table),
  };
}

/** Noise (−1) as a cluster of its own, and only retailers that are in a cluster both times. */
export function agreements(
  first: Int32Array,
  second: Int32Array,
): { withNoise: Agreement | null; withoutNoise: Agreement | null } {
  const both = (_: number, i: number): boolean => first[i]! >= 0 && second[i]! >= 0;
  return {
    withNoise: agreement(first, second),
    withoutNoise: agreement(first.filter(both), second.filter(both)),
  };
}
