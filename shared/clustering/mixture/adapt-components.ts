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
 * A component more may lose so much of the months' BIC a row: a new behaviour has few months to speak for it (it gained 0.005 to 0.217 when
 * its features first did), while components that the months did not know lost 0.024 or more.
 */
const monthsMayLose = 0.01;
/** What the months must gain where features do not: components of retailers that behave like no others gained them 0.17 at most. */
const leastMonthsGain = 3 * leastGain;

/**
 * Continues `warm` on new rows. One component more is taken where features alone gain `leastGain` by it and the months, where
 * they are known, do not speak against it, or where these gain much; one fewer where it is clearly better by BIC of both.
 * Components keep their order: a new one comes last, a removed one leaves a gap that closes.
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
  const consider = (
    change: ComponentChange,
    start: Mixture | undefined,
    better: (trial: FittedTrial) => boolean,
  ): void => {
    if (start === undefined) return;
    const trial = settle(start);
    if (better(trial) && value(trial) < value(choice.trial)) choice = { change, trial };
  };
  const charge = componentCost(present.mixture, input.rows, options.shrinkage, beside?.weight);
  consider('removed', smaller, (trial) => value(trial) < value(present) - leastEarned * charge);
  consider('added', larger, ({ bic, monthsBic }) => {
    const gain = (present.bic - bic) / input.rows;
    if (monthsBic === undefined) return gain > leastGain;
    const monthsGain = present.monthsBic! - monthsBic;
    return (gain > leastGain && monthsGain > -monthsMayLose) || monthsGain > leastMonthsGain;
  });
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
