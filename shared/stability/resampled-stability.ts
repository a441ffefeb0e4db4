import { adjustedRandIndex } from './adjusted-rand-index.js';
import { resampleRows } from './bootstrap-jaccard.js';
import { contingency } from './contingency.js';
import { reproducedInformation } from './reproduced-information.js';

/** How well a clustering is found again; means over the resamples, noise as a cluster of its own. */
export interface ResampledStability {
  /** 1 is perfectly repeatable, 0 chance. Coarse clusterings have it easy. */
  readonly adjustedRandIndex: number;
  /** `reproducedInformation`, in nats: what coarse and fine clusterings can be compared by. */
  readonly information: number;
}

/**
 * How well a method finds its own clustering again: `labels` beside what `refit` finds on random halves of the rows.
 * `refit` gets the drawn rows, ascending, and returns a label for each.
 */
export async function resampledStability(input: {
  readonly labels: Int32Array;
  readonly resamples: number;
  readonly seed: number;
  readonly refit: (rows: Int32Array, resample: number) => Int32Array | Promise<Int32Array>;
}): Promise<ResampledStability> {
  const { labels, resamples, seed, refit } = input;
  const sum = { adjustedRandIndex: 0, information: 0 };
  for (let resample = 0; resample < resamples; resample++) {
    const rows = resampleRows(labels.length, 'half', seed, resample);
    const expected = Int32Array.from(rows, (i) => labels[i]!);
    const table = contingency(expected, await refit(rows, resample));
    sum.adjustedRandIndex += adjustedRandIndex(table) / resamples;
    sum.information += reproducedInformation(table) / resamples;
  }
  return sum;
}
