import { gatherRows, type Matrix } from '../../numeric/matrix.js';
import { seededRandom } from '../../numeric/seeded-random.js';
import { type EmOptions, expectationMaximisation } from './expectation-maximisation.js';
import { kmeansPlusPlus, lloyd } from './kmeans-start.js';
import { mixtureOfResponsibilities, withoutComponent } from './mixture-edits.js';
import { type Mixture } from './mixture.js';
import { mixturePosterior, mostLikelyComponents } from './predict-mixture.js';

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
  const part = gatherRows(input, rows);
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
export function* largerStarts(
  input: Matrix,
  mixture: Mixture,
  options: EmOptions,
  seed: number,
): Generator<Mixture> {
  const { posterior, logDensity } = mixturePosterior(mixture, input);
  const k = posterior.columns;
  const order = Int32Array.from(logDensity.keys()).sort((a, b) => logDensity[a]! - logDensity[b]! || a - b);
  const strange = order.slice(0, Math.floor(strangeShare * input.rows)).sort();
  const nearest = mostLikelyComponents(mixture, input);
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
export function* smallerStarts(mixture: Mixture): Generator<Mixture> {
  for (let c = 0; c < mixture.weights.length; c++) yield withoutComponent(mixture, c);
}

/** Short runs of EM from several starts (Biernacki, Celeux, Govaert 2003): the best of them, not yet converged. */
export function bestAfterShortRuns(
  input: Matrix,
  starts: Iterable<Mixture>,
  options: EmOptions,
): Mixture | undefined {
  const short = { ...options, maxIterations: shortRunIterations, onProgress: undefined };
  let found: { mixture: Mixture; meanLogLikelihood: number } | undefined;
  for (const start of starts) {
    const run = expectationMaximisation(input, start, short);
    if (found === undefined || run.meanLogLikelihood > found.meanLogLikelihood) found = run;
  }
  return found?.mixture;
}
