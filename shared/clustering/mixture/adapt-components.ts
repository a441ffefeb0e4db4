import { type Matrix } from '../../numeric/matrix.js';
import { courseParameters } from '../../courses/course-fit.js';
import { bestAfterShortRuns, largerStarts, smallerStarts } from './component-starts.js';
import {
  bicOfTrial,
  type ComponentTrial,
  type FittedTrial,
  leastGain,
  trialOf,
  withoutMixture,
} from './component-trial.js';
import { type EmOptions, expectationMaximisation } from './expectation-maximisation.js';
import { type MonthsBeside } from '../../courses/months-beside.js';
import { freeParameters, type Mixture } from './mixture.js';

export type ComponentChange = 'none' | 'added' | 'removed';

/** A component goes once it explains less than this share of what BIC charges for it. */
const leastEarned = 0.5;

/**
 * Continues `warm` on new rows, and takes one component more or fewer where that is clearly better by BIC, of
 * features and, where they are known, months; one more only if the months alone speak for it too. Components keep their
 * order: a new one comes last, a removed one leaves a gap that closes.
 */
export function adaptComponents(
  input: Matrix,
  warm: Mixture,
  range: { readonly from: number; readonly to: number; readonly seed: number },
  options: EmOptions,
  beside?: MonthsBeside,
): { mixture: Mixture; change: ComponentChange; trials: ComponentTrial[] } {
  const quiet = { ...options, onProgress: undefined };
  const trials: FittedTrial[] = [];
  const settle = (start: Mixture): FittedTrial => {
    const trial = trialOf(input, expectationMaximisation(input, start, quiet), options, beside);
    trials.push(trial);
    options.onProgress?.({ phase: 'components', done: trials.length, total: 3 });
    return trial;
  };
  const value = (trial: FittedTrial): number => bicOfTrial(trial, input.rows, beside?.weight ?? 0);
  const present = settle(warm);
  const k = warm.weights.length;
  const smaller =
    k > range.from ? bestAfterShortRuns(input, smallerStarts(present.mixture), options) : undefined;
  const larger =
    k < range.to
      ? bestAfterShortRuns(input, largerStarts(input, present.mixture, options, range.seed), options)
      : undefined;
  let choice: { change: ComponentChange; trial: FittedTrial } = { change: 'none', trial: present };
  const consider = (change: ComponentChange, start: Mixture | undefined, least: number): void => {
    if (start === undefined) return;
    const trial = settle(start);
    if (change === 'added' && !speaksForIt(trial)) return;
    if (value(trial) < Math.min(value(present) - least, value(choice.trial))) choice = { change, trial };
  };
  const speaksForIt = ({ monthsBic }: FittedTrial): boolean =>
    monthsBic === undefined || monthsBic < present.monthsBic!;
  const charge = componentCost(present.mixture, input.rows, options.shrinkage, beside?.weight);
  consider('removed', smaller, leastEarned * charge);
  consider('added', larger, leastGain);
  trials.sort((a, b) => a.components - b.components);
  return { mixture: choice.trial.mixture, change: choice.change, trials: trials.map(withoutMixture) };
}

/** What BIC charges for one component, and for its course, a row. */
function componentCost(
  { covariance, means }: Mixture,
  rows: number,
  shrinkage: number | undefined,
  monthsWeight = 0,
): number {
  const parameters = (k: number): number => freeParameters(covariance, k, means.columns, shrinkage);
  return ((parameters(2) - parameters(1) + monthsWeight * courseParameters) * Math.log(rows)) / rows;
}
