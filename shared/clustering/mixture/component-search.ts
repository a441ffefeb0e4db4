import { drawRows } from '../../numeric/draw-rows.js';
import { gatherRows, type Matrix } from '../../numeric/matrix.js';
import { seededRandom } from '../../numeric/seeded-random.js';
import { adjustedRandIndex } from '../../stability/adjusted-rand-index.js';
import { contingency } from '../../stability/contingency.js';
import { bestAfterShortRuns, largerStarts } from './component-starts.js';
import {
  bicOfTrial,
  type ComponentTrial,
  type FittedTrial,
  leastGain,
  trialOf,
  withoutMixture,
} from './component-trial.js';
import { type EmOptions } from './expectation-maximisation.js';
import { type MonthsBeside } from '../../courses/months-beside.js';
import { kmeansPlusPlus, lloyd, mixtureOfLabels } from './kmeans-start.js';
import { type CovarianceKind, type Mixture } from './mixture.js';
import { mostLikelyComponents } from './predict-mixture.js';
import { splitAndMerge } from './split-and-merge.js';

export interface ComponentRange {
  readonly from: number;
  readonly to: number;
  readonly covariance: CovarianceKind;
  readonly seed: number;
}

/** k-means++ starts for each number of components, beside those that split the mixture of one component fewer. */
const starts = 4;
const lloydRounds = 10;
/**
 * In the search months count so many times what they count beside one retailer's features. Features take components for the bends of
 * a behaviour and for retailers that behave like no others, the more the longer the history; these explain no months (docs/stability.md).
 */
const monthsInSearch = 3;
/** The search ends after this many numbers of components in a row without a better BIC. */
const patience = 5;
/**
 * What a number of components is worth there: agreement of the halves less so many times BIC a row, since few components
 * are found again for being few. Among those worth about as much BIC decides.
 */
const stabilityPrice = 1.5;
const aboutAsGood = 0.02;
/** Ways to halve the rows: one alone says 0.05 more or less of 1,500 retailers. */
const splits = 2;
/** BIC a row within which numbers of components are taken for equal: their stability decides (docs/stability.md). */
const contested = 0.1;

/**
 * Starts for k components. Where behaviours overlap k-means alone misses the best mixture by 0.1 nats a row and
 * half of the ARI to the truth; the split of a mixture of k − 1 finds it.
 */
function* startsOf(
  input: Matrix,
  k: number,
  smaller: Mixture | undefined,
  { covariance, seed }: ComponentRange,
  options: EmOptions,
): Generator<Mixture> {
  const random = seededRandom(seed, `mixture of ${k}`);
  for (let start = 0; start < starts; start++) {
    const labels = lloyd(input, kmeansPlusPlus(input, k, random), lloydRounds);
    yield mixtureOfLabels(input, labels, k, covariance, options.regularisation);
  }
  if (smaller !== undefined) yield* largerStarts(input, smaller, options, seed);
}

/** The best mixture of each number of components in turn, up to the last of the range. */
function* mixturesByComponents(
  input: Matrix,
  range: ComponentRange,
  options: EmOptions,
  beside?: MonthsBeside,
): Generator<FittedTrial, void, void> {
  let smaller: Mixture | undefined;
  for (let k = range.from; k <= range.to; k++) {
    const start = bestAfterShortRuns(input, startsOf(input, k, smaller, range, options), options)!;
    const trial = trialOf(input, splitAndMerge(input, start, range.seed, options), options, beside);
    yield trial;
    smaller = trial.mixture;
  }
}

/** A random half of the rows, and the other one. */
function halvesOf(rows: number, seed: number, split: number): [Int32Array, Int32Array] {
  const one = drawRows(rows, rows >> 1, seededRandom(seed, `halves for components ${split}`));
  const drawn = new Set(one);
  return [one, Int32Array.from({ length: rows }, (_, i) => i).filter((i) => !drawn.has(i))];
}

/** For each number of components asked for: how well mixtures of either half of the rows agree on all of them, a mean of splits. */
function halfStability(
  input: Matrix,
  components: readonly number[],
  range: ComponentRange,
  options: EmOptions,
): Map<number, number> {
  const to = Math.max(...components);
  const total = 2 * splits * (to - range.from + 1);
  let done = 0;
  const labelsOf = (rows: Int32Array): Map<number, Int32Array> => {
    const labels = new Map<number, Int32Array>();
    for (const fit of mixturesByComponents(gatherRows(input, rows), { ...range, to }, options)) {
      options.onProgress?.({ phase: 'components on halves', done: ++done, total });
      if (components.includes(fit.components)) {
        labels.set(fit.components, mostLikelyComponents(fit.mixture, input));
      }
    }
    return labels;
  };
  const stability = new Map(components.map((k) => [k, 0]));
  for (let split = 0; split < splits; split++) {
    const [one, other] = halvesOf(input.rows, range.seed, split).map(labelsOf) as [
      Map<number, Int32Array>,
      Map<number, Int32Array>,
    ];
    for (const k of components) {
      const agreement = adjustedRandIndex(contingency(one.get(k)!, other.get(k)!));
      stability.set(k, stability.get(k)! + agreement / splits);
    }
  }
  return stability;
}

/**
 * Fits every number of components from `from` on, until more of them have not been better for a while, and returns one of the
 * mixtures, with all trials. Where the months are known: the fewest whose BIC by features and months together is within
 * `leastGain` of the lowest, since behaviours that overlap in their features still differ in their courses. Else, of those
 * whose BIC is about the lowest, the one that is found again most faithfully on halves of the rows.
 */
export function searchComponents(
  input: Matrix,
  range: ComponentRange,
  options: EmOptions,
  beside?: MonthsBeside,
): { mixture: Mixture; trials: ComponentTrial[] } {
  const fits: FittedTrial[] = [];
  let best: FittedTrial | undefined;
  const monthsWeight = monthsInSearch * (beside?.weight ?? 0);
  const value = (fit: FittedTrial): number => bicOfTrial(fit, input.rows, monthsWeight);
  for (const fit of mixturesByComponents(input, range, options, beside)) {
    fits.push(fit);
    options.onProgress?.({ phase: 'components', done: fits.length, total: range.to - range.from + 1 });
    if (best === undefined || value(fit) < value(best)) best = fit;
    if (fit.components - best.components >= patience) break;
  }
  const { mixture, trials } = beside
    ? { mixture: fits.find((fit) => value(fit) <= value(best!) + leastGain)!.mixture, trials: fits }
    : steadiest(input, fits, range, options);
  return { mixture, trials: trials.map(withoutMixture) };
}

/** Of mixtures whose BIC is about the lowest, the one that is found again most faithfully on halves of the rows. */
function steadiest(
  input: Matrix,
  fits: readonly FittedTrial[],
  range: ComponentRange,
  options: EmOptions,
): { mixture: Mixture; trials: FittedTrial[] } {
  const best = fits.reduce((least, fit) => (fit.bic < least.bic ? fit : least));
  const open = fits.filter(({ bic }) => bic - best.bic <= contested * input.rows);
  const stability =
    open.length > 1
      ? halfStability(
          input,
          open.map(({ components }) => components),
          range,
          options,
        )
      : new Map<number, number>();
  const worth = ({ components, bic }: FittedTrial): number =>
    (stability.get(components) ?? 0) - (stabilityPrice * bic) / input.rows;
  const most = Math.max(...open.map(worth));
  const chosen = open
    .filter((fit) => worth(fit) >= most - aboutAsGood)
    .reduce((least, fit) => (fit.bic < least.bic ? fit : least));
  return {
    mixture: chosen.mixture,
    trials: fits.map((fit) =>
      stability.has(fit.components) ? { ...fit, stability: stability.get(fit.components)! } : fit,
    ),
  };
}
