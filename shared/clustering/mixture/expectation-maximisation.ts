import { type OnProgress } from '../../progress.js';
import { type Matrix } from '../../numeric/matrix.js';
import { mixtureDensity } from './mixture-density.js';
import { type Mixture } from './mixture.js';
import { addRow, emptyStatistics, maximise, type SufficientStatistics } from './sufficient-statistics.js';

/** Anything that can end a long computation: an AbortSignal, or a flag shared between threads. */
export interface Cancellation {
  throwIfAborted(): void;
}

export interface EmOptions {
  /** Added to every variance. */
  readonly regularisation: number;
  /** Share of the way from each covariance to their average, 0 to 1. scikit-learn has none: 0. */
  readonly shrinkage?: number;
  /** Stops once the mean log likelihood of a row changes by less. scikit-learn's default is 0.001. */
  readonly tolerance: number;
  readonly maxIterations: number;
  readonly onProgress?: OnProgress | undefined;
  readonly signal?: Cancellation | undefined;
}

export interface EmResult {
  readonly mixture: Mixture;
  readonly iterations: number;
  readonly converged: boolean;
  /** Mean log likelihood of a row, under the parameters before the last M-step (as scikit-learn's lower bound). */
  readonly meanLogLikelihood: number;
}

/** Fills `statistics` by one pass over the rows and returns the mean log likelihood. `best` is kept between passes. */
function expectation(
  input: Matrix,
  mixture: Mixture,
  statistics: SufficientStatistics,
  best: Int32Array,
): number {
  const { data, rows, columns } = input;
  const k = mixture.weights.length;
  const density = mixtureDensity(mixture);
  const posterior = new Float64Array(k);
  const scratch = new Float64Array(columns);
  let total = 0;
  for (let i = 0; i < rows; i++) {
    total += density.evaluate(data, i * columns, posterior, best[i]!);
    let top = 0;
    for (let c = 0; c < k; c++) {
      if (posterior[c]! > posterior[top]!) top = c;
      if (posterior[c]! > 0) addRow(statistics, c, data, i * columns, posterior[c]!, scratch);
    }
    best[i] = top;
  }
  return total / rows;
}

/**
 * Expectation–maximisation (Dempster, Laird, Rubin 1977) from `start` until the mean log likelihood settles.
 * The same iteration and stopping rule as scikit-learn's GaussianMixture.
 */
export function expectationMaximisation(input: Matrix, start: Mixture, options: EmOptions): EmResult {
  const best = new Int32Array(input.rows);
  let mixture = start;
  let previous = -Infinity;
  for (let iteration = 1; iteration <= options.maxIterations; iteration++) {
    options.signal?.throwIfAborted();
    const statistics = emptyStatistics(mixture.covariance, mixture.means.data, input.columns);
    const meanLogLikelihood = expectation(input, mixture, statistics, best);
    mixture = maximise(statistics, options.regularisation, options.shrinkage);
    options.onProgress?.({ phase: 'expectation–maximisation', done: iteration });
    const converged = Math.abs(meanLogLikelihood - previous) < options.tolerance;
    previous = meanLogLikelihood;
    if (converged) return { mixture, iterations: iteration, converged, meanLogLikelihood };
  }
  return { mixture, iterations: options.maxIterations, converged: false, meanLogLikelihood: previous };
}
