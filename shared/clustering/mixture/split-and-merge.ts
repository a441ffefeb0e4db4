import { type Matrix } from '../../numeric/matrix.js';
import { bestAfterShortRuns, largerStarts, smallerStarts } from './component-starts.js';
import { type EmOptions, expectationMaximisation } from './expectation-maximisation.js';
import { type Mixture } from './mixture.js';

/** Rearrangements of one mixture at most, each better by this mean log likelihood at least. */
const rearrangements = 2;
const leastRearranged = 0.002;

/**
 * EM from a start, then out of local optima: the component that the others replace best is taken out and put where one is
 * missed most (split and merge: Ueda and others 2000), for as long as that is better.
 */
export function splitAndMerge(
  input: Matrix,
  start: Mixture,
  seed: number,
  options: EmOptions,
): { mixture: Mixture; iterations: number } {
  const quiet = { ...options, onProgress: undefined };
  let best = expectationMaximisation(input, start, quiet);
  for (let round = 0; round < rearrangements && best.mixture.weights.length > 2; round++) {
    const fewer = bestAfterShortRuns(input, smallerStarts(best.mixture), options)!;
    const again = bestAfterShortRuns(input, largerStarts(input, fewer, options, seed), options);
    if (again === undefined) break;
    const run = expectationMaximisation(input, again, quiet);
    if (run.meanLogLikelihood < best.meanLogLikelihood + leastRearranged) break;
    best = run;
  }
  return best;
}
