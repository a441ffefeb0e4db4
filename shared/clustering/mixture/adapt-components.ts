import { type Matrix } from '../../numeric/matrix.js';
import { seededRandom } from '../../numeric/seeded-random.js';
import { bayesianInformationCriterion, type ComponentTrial, meanLogLikelihood } from './component-search.js';
import { type EmOptions, expectationMaximisation } from './expectation-maximisation.js';
import { kmeansPlusPlus, lloyd } from './kmeans-start.js';
import { mixtureOfResponsibilities, withoutComponent } from './mixture-edits.js';
import { type Mixture } from './mixture.js';
import { mixturePosterior } from './predict-mixture.js';

export type ComponentChange = 'none' | 'added' | 'removed';

/**
 * What another number of components must gain over the present one, in nats of BIC/2 a row, before it is taken: the
 * number of segments must not follow the noise of a month. A new behaviour of 8% gains several times as much.
 */
const leastGain = 0.03;
/** Rows among which a component that is missing is looked for: the least likely ones. */
const strangeShare = 0.1;
const strangeGroups = 3;
const shortRunIterations = 6;
const lloydRounds = 10;

/** Rows of `groups` labels within `rows`, by k-means. */
function groupsWithin(
  input: Matrix,
  rows: Int32Array,
  groups: number,
  seed: number,
  label: string,
): Int32Array {
  const d = input.columns;
  const data = new Float64Array(rows.length * d);
  rows.forEach((from, to) => data.set(input.data.subarray(from * d, (from + 1) * d), to * d));
  const part = { data, rows: rows.length, columns: d };
  return lloyd(part, kmeansPlusPlus(part, groups, seededRandom(seed, label)), lloydRounds);
}

/** Posteriors with one more column, into which the chosen rows go wholly. */
function withColumn(posterior: Matrix, chosen: readonly number[]): Matrix {
  const k = posterior.columns;
  const data = new Float64Array(posterior.rows * (k + 1));
  for (let i = 0; i < posterior.rows; i++) data.set(posterior.data.subarray(i * k, (i + 1) * k), i * (k + 1));
  for (const i of chosen) {
    data.fill(0, i * (k + 1), (i + 1) * (k + 1));
    data[i * (k + 1) + k] = 1;
  }
  return { data, rows: posterior.rows, columns: k + 1 };
}

/** Starts with one component more, which comes last: among the least likely rows, or as half of a component. */
function* largerStarts(
  input: Matrix,
  mixture: Mixture,
  options: EmOptions,
  seed: number,
): Generator<Mixture> {
  const { posterior, logDensity } = mixturePosterior(mixture, input);
  const k = posterior.columns;
  const order = Int32Array.from(logDensity.keys()).sort((a, b) => logDensity[a]! - logDensity[b]! || a - b);
  const strange = order.slice(0, Math.floor(strangeShare * input.rows)).sort();
  const nearest = Int32Array.from(logDensity, (_, i) => {
    const own = posterior.data.subarray(i * k, (i + 1) * k);
    return own.indexOf(Math.max(...own));
  });
  const pools = [{ rows: strange, groups: strangeGroups }];
  for (let c = 0; c < k; c++) {
    pools.push({ rows: Int32Array.from(nearest.keys()).filter((i) => nearest[i] === c), groups: 2 });
  }
  for (const [at, { rows, groups }] of pools.entries()) {
    if (rows.length < groups * (input.columns + 1)) continue;
    const labels = groupsWithin(input, rows, groups, seed, `larger mixture ${at}`);
    for (let group = 0; group < groups; group++) {
      const chosen = [...rows].filter((_, i) => labels[i] === group);
      // Halves of one component differ in their order only: the second is the new one.
      if (chosen.length <= input.columns || (groups === 2 && group === 0)) continue;
      yield mixtureOfResponsibilities(input, withColumn(posterior, chosen), mixture.covariance, options);
    }
  }
}

/** The component that the others replace best goes: each in turn is left out, its rows to their next likely. */
function* smallerStarts(mixture: Mixture): Generator<Mixture> {
  for (let c = 0; c < mixture.weights.length; c++) yield withoutComponent(mixture, c);
}

function best(input: Matrix, starts: Iterable<Mixture>, options: EmOptions): Mixture | undefined {
  const short = { ...options, maxIterations: shortRunIterations, onProgress: undefined };
  let found: { mixture: Mixture; meanLogLikelihood: number } | undefined;
  for (const start of starts) {
    const run = expectationMaximisation(input, start, short);
    if (found === undefined || run.meanLogLikelihood > found.meanLogLikelihood) found = run;
  }
  return found?.mixture;
}

/**
 * Continues `warm` on new rows, and takes one component more or fewer where that is clearly better by BIC. Components
 * keep their order: a new one comes last, a removed one leaves a gap that closes.
 */
export function adaptComponents(
  input: Matrix,
  warm: Mixture,
  range: { readonly from: number; readonly to: number; readonly seed: number },
  options: EmOptions,
): { mixture: Mixture; change: ComponentChange; trials: ComponentTrial[] } {
  const quiet = { ...options, onProgress: undefined };
  const trials: ComponentTrial[] = [];
  const settle = (start: Mixture): { mixture: Mixture; bic: number } => {
    const { mixture, iterations } = expectationMaximisation(input, start, quiet);
    const likelihood = meanLogLikelihood(mixture, input);
    const bic = bayesianInformationCriterion(mixture, input.rows, likelihood);
    const components = mixture.weights.length;
    trials.push({ components, bic, meanLogLikelihood: likelihood, iterations });
    options.onProgress?.({ phase: 'components', done: trials.length, total: 3 });
    return { mixture, bic };
  };
  const present = settle(warm);
  const k = warm.weights.length;
  const smaller = k > range.from ? best(input, smallerStarts(present.mixture), options) : undefined;
  const larger =
    k < range.to
      ? best(input, largerStarts(input, present.mixture, options, range.seed), options)
      : undefined;
  const candidates = [
    { change: 'removed' as const, run: smaller && settle(smaller) },
    { change: 'added' as const, run: larger && settle(larger) },
  ];
  let choice: { change: ComponentChange; mixture: Mixture; bic: number } = { change: 'none', ...present };
  const limit = present.bic - 2 * leastGain * input.rows;
  for (const { change, run } of candidates) {
    if (run !== undefined && run.bic < Math.min(limit, choice.bic)) choice = { change, ...run };
  }
  trials.sort((a, b) => a.components - b.components);
  return { mixture: choice.mixture, change: choice.change, trials };
}
