import { drawRows } from '../numeric/draw-rows.js';
import { seededRandom } from '../numeric/seeded-random.js';

/** How the rows of one resample are drawn: with replacement, as many; or half of them, without. */
export type ResamplingScheme = 'bootstrap' | 'half';

export interface BootstrapJaccard {
  /** k: mean over the resamples of the best Jaccard with a cluster of the resample, NaN where never drawn. */
  readonly mean: Float64Array;
  /** k: share of the resamples in which the cluster dissolved (best Jaccard of 0.5 or less). */
  readonly dissolved: Float64Array;
  /** Resamples that were done. */
  readonly resamples: number;
}

/** Rows of one resample, ascending; with replacement they repeat. Depends on seed and number only. */
export function resampleRows(
  rows: number,
  scheme: ResamplingScheme,
  seed: number,
  resample: number,
): Int32Array {
  const random = seededRandom(seed, `${scheme} ${resample}`);
  if (scheme === 'bootstrap') return Int32Array.from({ length: rows }, () => random.integer(rows)).sort();
  return drawRows(rows, rows >> 1, random);
}

/**
 * For each cluster, the best Jaccard that a cluster of `refitted` has with it, on the distinct rows drawn. Noise is
 * no cluster on either side: what dissolves into noise counts as lost. NaN where no row of the cluster was drawn.
 */
export function resampleJaccard(
  labels: Int32Array,
  clusters: number,
  rows: Int32Array,
  refitted: Int32Array,
): Float64Array {
  let found = 0;
  for (const label of refitted) found = Math.max(found, label + 1);
  const sizes = new Float64Array(clusters);
  const foundSizes = new Float64Array(found);
  const both = new Float64Array(clusters * found);
  for (let at = 0; at < rows.length; at++) {
    if (at > 0 && rows[at] === rows[at - 1]) continue;
    const c = labels[rows[at]!]!;
    const f = refitted[at]!;
    if (c >= 0) sizes[c] = sizes[c]! + 1;
    if (f >= 0) foundSizes[f] = foundSizes[f]! + 1;
    if (c >= 0 && f >= 0) both[c * found + f] = both[c * found + f]! + 1;
  }
  return Float64Array.from({ length: clusters }, (_, c) => {
    if (sizes[c] === 0) return NaN;
    let best = 0;
    for (let f = 0; f < found; f++) {
      const shared = both[c * found + f]!;
      best = Math.max(best, shared / (sizes[c]! + foundSizes[f]! - shared));
    }
    return best;
  });
}

/**
 * Cluster-wise stability by resampling (Hennig 2007): refit on each resample and look for each cluster again.
 * `refit` gets the drawn rows, ascending, and returns a label for each (−1 noise). Ends early, after a whole
 * resample, once `signal` says so.
 */
export async function bootstrapJaccard(input: {
  readonly labels: Int32Array;
  readonly clusters: number;
  readonly resamples: number;
  readonly seed: number;
  readonly scheme?: ResamplingScheme;
  readonly refit: (rows: Int32Array, resample: number) => Int32Array | Promise<Int32Array>;
  readonly signal?: { readonly aborted: boolean } | undefined;
}): Promise<BootstrapJaccard> {
  const { labels, clusters, resamples, seed, scheme = 'bootstrap', refit, signal } = input;
  const sums = new Float64Array(clusters);
  const drawn = new Float64Array(clusters);
  const dissolved = new Float64Array(clusters);
  let done = 0;
  for (; done < resamples && signal?.aborted !== true; done++) {
    const rows = resampleRows(labels.length, scheme, seed, done);
    const values = resampleJaccard(labels, clusters, rows, await refit(rows, done));
    values.forEach((value, c) => {
      if (Number.isNaN(value)) return;
      sums[c] = sums[c]! + value;
      drawn[c] = drawn[c]! + 1;
      if (value <= 0.5) dissolved[c] = dissolved[c]! + 1;
    });
  }
  return {
    mean: sums.map((sum, c) => sum / drawn[c]!),
    dissolved: dissolved.map((count, c) => count / drawn[c]!),
    resamples: done,
  };
}
