import { type MonthsBeside } from '../../courses/months-beside.js';
import { type Matrix } from '../../numeric/matrix.js';
import { type EmOptions } from './expectation-maximisation.js';
import { bayesianInformationCriterion, bicWithMonths, meanLogLikelihood } from './information-criterion.js';
import { type Mixture } from './mixture.js';

/** One number of components that was tried. */
export interface ComponentTrial {
  readonly components: number;
  /** Bayesian information criterion (Schwarz 1978), −2 log likelihood + parameters × ln rows: the lower the better. */
  readonly bic: number;
  readonly meanLogLikelihood: number;
  readonly iterations: number;
  /**
   * BIC a row by features and, weighted, by the months under the clusters' courses: what the number is chosen by. Only where
   * the months are known.
   */
  readonly withMonths?: number;
  /** Mean ARI, on all rows, of the mixtures fitted to either half of them; only where BIC left the number open. */
  readonly stability?: number;
}

export interface FittedTrial extends ComponentTrial {
  readonly mixture: Mixture;
}

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
    ...(beside === undefined ? {} : { withMonths: bicWithMonths(input, mixture, bic, beside) }),
  };
}

/** BIC a row by all that is known: what numbers of components are compared by. */
export function bicOfTrial({ withMonths, bic }: ComponentTrial, rows: number): number {
  return withMonths ?? bic / rows;
}

/** A trial without its mixture. */
export function withoutMixture({ mixture: _, ...trial }: FittedTrial): ComponentTrial {
  return trial;
}
