import { type Matrix } from '../../numeric/matrix.js';
import { type SeededRandom, seededRandom } from '../../numeric/seeded-random.js';
import { type EmOptions, expectationMaximisation } from './expectation-maximisation.js';
import { kmeansPlusPlus, lloyd, mixtureOfLabels } from './kmeans-start.js';
import { type CovarianceKind, freeParameters, type Mixture } from './mixture.js';
import { mixturePosterior } from './predict-mixture.js';

/** One number of components that was tried. */
export interface ComponentTrial {
  readonly components: number;
  /** Bayesian information criterion (Schwarz 1978), −2 log likelihood + parameters × ln rows: the lower the better. */
  readonly bic: number;
  readonly meanLogLikelihood: number;
  readonly iterations: number;
}

/** k-means++ starts for each number of components, each given a short run before the best goes on. */
const starts = 4;
const lloydRounds = 10;
const shortRunIterations = 8;
/** The search ends after this many numbers of components in a row without a better BIC. */
const patience = 3;

export function bayesianInformationCriterion(
  mixture: Mixture,
  rows: number,
  meanLogLikelihood: number,
): number {
  const parameters = freeParameters(mixture.covariance, mixture.weights.length, mixture.means.columns);
  return -2 * meanLogLikelihood * rows + parameters * Math.log(rows);
}

export function meanLogLikelihood(mixture: Mixture, input: Matrix): number {
  const { logDensity } = mixturePosterior(mixture, input);
  let sum = 0;
  for (const value of logDensity) sum += value;
  return sum / input.rows;
}

/** Short runs of EM from several starts (Biernacki, Celeux, Govaert 2003): the best of them, not yet converged. */
function bestStart(
  input: Matrix,
  k: number,
  kind: CovarianceKind,
  random: SeededRandom,
  options: EmOptions,
): Mixture {
  let best: { mixture: Mixture; meanLogLikelihood: number } | undefined;
  for (let start = 0; start < starts; start++) {
    const centres = kmeansPlusPlus(input, k, random);
    const labels = lloyd(input, centres, lloydRounds);
    const mixture = mixtureOfLabels(input, labels, k, kind, options.regularisation);
    const run = expectationMaximisation(input, mixture, {
      ...options,
      maxIterations: shortRunIterations,
      onProgress: undefined,
    });
    if (best === undefined || run.meanLogLikelihood > best.meanLogLikelihood) best = run;
  }
  return best!.mixture;
}

/** Fits every number of components from `from` to `to` and returns the mixture of the lowest BIC with all trials. */
export function searchComponents(
  input: Matrix,
  range: {
    readonly from: number;
    readonly to: number;
    readonly covariance: CovarianceKind;
    readonly seed: number;
  },
  options: EmOptions,
): { mixture: Mixture; trials: ComponentTrial[] } {
  const trials: ComponentTrial[] = [];
  let best: { mixture: Mixture; bic: number; components: number } | undefined;
  for (let k = range.from; k <= range.to; k++) {
    const random = seededRandom(range.seed, `mixture of ${k}`);
    const start = bestStart(input, k, range.covariance, random, options);
    const run = expectationMaximisation(input, start, { ...options, onProgress: undefined });
    const likelihood = meanLogLikelihood(run.mixture, input);
    const bic = bayesianInformationCriterion(run.mixture, input.rows, likelihood);
    trials.push({ components: k, bic, meanLogLikelihood: likelihood, iterations: run.iterations });
    options.onProgress?.({ phase: 'components', done: k - range.from + 1, total: range.to - range.from + 1 });
    if (best === undefined || bic < best.bic) best = { mixture: run.mixture, bic, components: k };
    if (k - best.components >= patience) break;
  }
  return { mixture: best!.mixture, trials };
}
