import { type MonthsBeside } from '../../courses/months-beside.js';
import { type Matrix } from '../../numeric/matrix.js';
import { type EmOptions } from './expectation-maximisation.js';
import { bayesianInformationCriterion, bicOfMonths, meanLogLikelihood } from './information-criterion.js';
import { type Mixture } from './mixture.js';

/** One number of components that was tried. */
export interface ComponentTrial {
  readonly components: number;
  /** Bayesian information criterion (Schwarz 1978), −2 log likelihood + parameters × ln rows: the lower the better. */
  readonly bic: number;
  readonly meanLogLikelihood: number;
  readonly iterations: number;
  /** BIC a row of the months under the clusters' courses; only where the months are known. */
  readonly monthsBic?: number;
  /** Mean ARI, on all rows, of the mixtures fitted to either half of them; only where BIC left the number open. */
  readonly stability?: number;
}

export interface FittedTrial extends ComponentTrial {
  readonly mixture: Mixture;
}

/**
 * What more components must gain, in BIC a row, before they are taken: the number of segments
 * must not follow the noise of a month. Components of retailers that behave like no others gained at most 0.08 by features in warm months of markets
 * where nothing new came; a new behaviour gained 0.14 or more as soon as its shops had a history (docs/stability.md).
 */
export const leastGain = 0.12;

/** What a mixture that was fitted to the rows is worth. */
export function trialOf(
  input: Matrix,
  { mixture, iterations }: { readonly mixture: Mixture; readonly iterations: number },
  options: EmOptions,
  beside: MonthsBeside | undefined,
): FittedTrial {
  const likelihood = meanLogLikelihood(mixture, input);
  const bic = bayesianInformationCriterion(mixture, input.rows, likelihood, options.shrinkage);
  return {
    components: mixture.weights.length,
    bic,
    meanLogLikelihood: likelihood,
    iterations,
    mixture,
    ...(beside === undefined ? {} : { monthsBic: bicOfMonths(input, mixture, beside) }),
  };
}

/** BIC a row by all that is known, the months with this weight: what numbers of components are compared by. */
export function bicOfTrial({ monthsBic, bic }: ComponentTrial, rows: number, monthsWeight: number): number {
  return bic / rows + (monthsBic === undefined ? 0 : monthsWeight * monthsBic);
}

/** A trial without its mixture. */
export function withoutMixture({ mixture: _, ...trial }: FittedTrial): ComponentTrial {
  return trial;
}
