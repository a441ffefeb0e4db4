import { adjustedRandIndex } from './adjusted-rand-index.js';
import { resampleRows } from './bootstrap-jaccard.js';
import { contingency } from './contingency.js';

/**
 * How well a method finds its own clustering again: mean adjusted Rand index, noise as a cluster of its own, between
 * `labels` and what `refit` finds on random halves of the rows. `refit` gets the drawn rows, ascending, and returns a
 * label for each. 1 is perfectly repeatable, 0 chance.
 */
export async function resampledStability(input: {
  readonly labels: Int32Array;
  readonly resamples: number;
  readonly seed: number;
  readonly refit: (rows: Int32Array, resample: number) => Int32Array | Promise<Int32Array>;
}): Promise<number> {
  const { labels, resamples, seed, refit } = input;
  let sum = 0;
  for (let resample = 0; resample < resamples; resample++) {
    const rows = resampleRows(labels.length, 'half', seed, resample);
    const expected = Int32Array.from(rows, (i) => labels[i]!);
    sum += adjustedRandIndex(contingency(expected, await refit(rows, resample)));
  }
  return sum / resamples;
}
