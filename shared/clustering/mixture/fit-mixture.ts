import { type Config } from '../../contracts/config.js';
import { SegmentsError } from '../../errors.js';
import { besideOf, type MonthsBeside } from '../../courses/months-beside.js';
import { drawRows } from '../../numeric/draw-rows.js';
import { gatherRows, type Matrix } from '../../numeric/matrix.js';
import { seededRandom } from '../../numeric/seeded-random.js';
import { type OnProgress } from '../../progress.js';
import { adaptComponents, type ComponentChange } from './adapt-components.js';
import { searchComponents } from './component-search.js';
import { type ComponentTrial } from './component-trial.js';
import { type Cancellation, type EmOptions, expectationMaximisation } from './expectation-maximisation.js';
import { type FittedMixture, type Mixture } from './mixture.js';
import { mixturePosterior } from './predict-mixture.js';
import { quantileOfSorted } from './quantile.js';
import { sampleMixture } from './sample-mixture.js';

export type MixtureConfig = Config['mixture'];

export interface MixtureFitOptions {
  readonly config: MixtureConfig;
  readonly seed: number;
  /** A mixture to continue: its components keep their order, and so their identity. */
  readonly warm?: Mixture | undefined;
  /** What the same retailers do month by month: it decides on the number of components. */
  readonly beside?: MonthsBeside | undefined;
  readonly onProgress?: OnProgress | undefined;
  readonly signal?: Cancellation | undefined;
}

export interface MixtureFit {
  readonly mixture: FittedMixture;
  readonly start: 'cold' | 'warm';
  /** Whether a warm start took up or gave up a component. */
  readonly change: ComponentChange;
  /** Every number of components tried, ascending, on `searchRows` rows. */
  readonly trials: readonly ComponentTrial[];
  readonly searchRows: number;
  readonly iterations: number;
  readonly converged: boolean;
  readonly meanLogLikelihood: number;
}

/**
 * The number of components is chosen on at most this many rows; the chosen mixture is then fitted to all. More rows take longer (60, 100
 * and 175 s on 3,000, 4,000 and 8,000) and let features find ever more components in behaviours that are not Gaussian.
 */
const maxSearchRows = 3000;
/** scikit-learn's tolerance decides between numbers of components; the mixture that is kept is fitted tighter. */
const searchTolerance = 1e-3;
const tolerance = 1e-4;
const maxIterations = 200;

function checkInput(input: Matrix, minComponents: number): void {
  const fail = (message: string, code: 'InvalidMatrix' | 'TooFewRetailers', remedy: string): never => {
    throw new SegmentsError(code, message, { where: 'mixture', remedy });
  };
  const needed = Math.max(2 * minComponents, 10);
  if (input.rows < needed) {
    fail(
      `${input.rows} retailers for a mixture; at least ${needed} are needed`,
      'TooFewRetailers',
      'Lower eligibility.',
    );
  }
  const bad = input.data.findIndex((value) => !Number.isFinite(value));
  if (bad < 0) return;
  const place = `row ${Math.floor(bad / input.columns)}, column ${bad % input.columns}`;
  fail(
    `${place} is ${input.data[bad]}; finite numbers are expected`,
    'InvalidMatrix',
    'Scale the features first.',
  );
}

/** Rows drawn from the mixture to learn how unlikely its own retailers may be. */
const drawnRows = 5000;

/**
 * A row is noise where it is unlikely among the training rows and unlikely for the mixture itself. By the first alone
 * a share of every market would be noise, however well it fits, and where behaviours are narrow the least drift of a month
 * would put everybody there.
 */
function withNoise(mixture: Mixture, input: Matrix, noiseQuantile: number): FittedMixture {
  const sorted = mixturePosterior(mixture, input).logDensity.sort();
  const drawn = sampleMixture(mixture, drawnRows, seededRandom(0, 'mixture density'));
  const own = mixturePosterior(mixture, drawn).logDensity.sort();
  const line = (share: number): number =>
    Math.min(quantileOfSorted(sorted, Math.min(1, share)), quantileOfSorted(own, Math.min(1, share)));
  return {
    ...mixture,
    trainingRows: input.rows,
    noiseQuantile,
    noiseLogDensity: line(noiseQuantile),
    noiseBand: { enter: line(noiseQuantile / 2), leave: line(noiseQuantile * 2) },
    logDensityPercentiles: Float64Array.from({ length: 101 }, (_, p) => quantileOfSorted(sorted, p / 100)),
  };
}

/**
 * Fits a Gaussian mixture to scaled features. Cold: the number of components within the configured bounds by `searchComponents`.
 * Warm (where `warm` has the same columns and covariance kind): EM continues from the given components, with one more or
 * fewer where that is clearly better.
 * Errors: InvalidMatrix, TooFewRetailers; whatever `signal` throws.
 */
export function fitMixture(input: Matrix, options: MixtureFitOptions): MixtureFit {
  const { config, seed, onProgress, signal } = options;
  checkInput(input, config.minComponents);
  const em: EmOptions = {
    regularisation: config.regularisation,
    shrinkage: config.shrinkage,
    tolerance,
    maxIterations,
    onProgress,
    signal,
  };
  const fits = options.warm?.means.columns === input.columns && options.warm.covariance === config.covariance;
  const warm = fits ? options.warm : undefined;

  const drawn =
    input.rows <= maxSearchRows
      ? undefined
      : drawRows(input.rows, maxSearchRows, seededRandom(seed, 'mixture sample'));
  const sample = drawn ? gatherRows(input, drawn) : input;
  const to = Math.max(config.minComponents, Math.min(config.maxComponents, Math.floor(sample.rows / 2)));
  const range = { from: config.minComponents, to, covariance: config.covariance, seed };
  const searched = { ...em, tolerance: searchTolerance };
  const beside = besideOf(options.beside, drawn);
  const search =
    warm === undefined
      ? { ...searchComponents(sample, range, searched, beside), change: 'none' as const }
      : adaptComponents(sample, warm, range, searched, beside);

  const run = expectationMaximisation(input, search.mixture, em);
  return {
    mixture: withNoise(run.mixture, input, config.noiseQuantile),
    start: warm === undefined ? 'cold' : 'warm',
    change: search.change,
    trials: search.trials,
    searchRows: sample.rows,
    iterations: run.iterations,
    converged: run.converged,
    meanLogLikelihood: run.meanLogLikelihood,
  };
}
