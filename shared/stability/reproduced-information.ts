import { type Contingency } from './contingency.js';
import { entropyOfSizes, mutualInformation } from './mutual-information.js';

/**
 * What two labellings of the same rows tell alike, less half of what each tells alone, in nats: the mutual information
 * less half the variation of information (Meilă 2007). Equal labellings reach their entropy, so that of clusterings that
 * are found again equally well the finer one scores higher; one that is finer only by chance scores lower.
 */
export function reproducedInformation(table: Contingency): number {
  const entropies = entropyOfSizes(table.rowSums) + entropyOfSizes(table.columnSums);
  return 2 * mutualInformation(table) - entropies / 2;
}
