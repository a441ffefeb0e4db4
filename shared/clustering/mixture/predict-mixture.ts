import { SegmentsError } from '../../errors.js';
import { type Matrix, zeros } from '../../numeric/matrix.js';
import { mixtureDensity } from './mixture-density.js';
import { type FittedMixture, type Mixture } from './mixture.js';

export interface MixturePosterior {
  /** n × k: probability of each component, rows sum to 1. */
  readonly posterior: Matrix;
  /** n: natural log of the density. */
  readonly logDensity: Float64Array;
}

export interface MixturePrediction extends MixturePosterior {
  /** n: most likely component, −1 for noise. */
  readonly labels: Int32Array;
  /** n: most likely component, noise or not. */
  readonly nearest: Int32Array;
  /** n: posterior of the label, 0 for noise. */
  readonly strengths: Float64Array;
  /** n: share of the training rows that are denser, 0 (densest) to 1. */
  readonly outlierScores: Float64Array;
}

export function checkColumns(input: Matrix, columns: number, where: string): void {
  if (input.columns === columns) return;
  throw new SegmentsError(
    'InvalidMatrix',
    `Rows have ${input.columns} columns; the model was fitted to ${columns}`,
    {
      where,
      remedy: 'Score with the features, in the order, that the run was trained on.',
    },
  );
}

/** Posterior probabilities and log density of every row. */
export function mixturePosterior(mixture: Mixture, input: Matrix): MixturePosterior {
  checkColumns(input, mixture.means.columns, 'mixture');
  const k = mixture.weights.length;
  const posterior = zeros(input.rows, k);
  const logDensity = new Float64Array(input.rows);
  const density = mixtureDensity(mixture);
  for (let i = 0; i < input.rows; i++) {
    const out = posterior.data.subarray(i * k, (i + 1) * k);
    logDensity[i] = density.evaluate(input.data, i * input.columns, out, 0);
  }
  return { posterior, logDensity };
}

/** Most likely component of each row. */
export function mostLikelyComponents(mixture: Mixture, input: Matrix): Int32Array {
  const { posterior } = mixturePosterior(mixture, input);
  const k = posterior.columns;
  return Int32Array.from({ length: input.rows }, (_, i) => {
    let best = 0;
    for (let c = 1; c < k; c++) if (posterior.data[i * k + c]! > posterior.data[i * k + best]!) best = c;
    return best;
  });
}

/** Share of the training rows denser than `logDensity`, linear between the stored percentiles. */
function outlierScore(percentiles: Float64Array, logDensity: number): number {
  const last = percentiles.length - 1;
  if (logDensity <= percentiles[0]!) return 1;
  if (logDensity >= percentiles[last]!) return 0;
  let low = 0;
  let high = last;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (percentiles[middle]! <= logDensity) low = middle;
    else high = middle;
  }
  const width = percentiles[high]! - percentiles[low]!;
  return 1 - (low + (width > 0 ? (logDensity - percentiles[low]!) / width : 0)) / last;
}

/** Labels rows, those of the training or new ones, by a fitted mixture. */
export function predictMixture(mixture: FittedMixture, input: Matrix): MixturePrediction {
  const { posterior, logDensity } = mixturePosterior(mixture, input);
  const k = posterior.columns;
  const nearest = new Int32Array(input.rows);
  const labels = new Int32Array(input.rows);
  const strengths = new Float64Array(input.rows);
  for (let i = 0; i < input.rows; i++) {
    let best = 0;
    for (let c = 1; c < k; c++) if (posterior.data[i * k + c]! > posterior.data[i * k + best]!) best = c;
    const noise = logDensity[i]! < mixture.noiseLogDensity;
    nearest[i] = best;
    labels[i] = noise ? -1 : best;
    strengths[i] = noise ? 0 : posterior.data[i * k + best]!;
  }
  const outlierScores = logDensity.map((value) => outlierScore(mixture.logDensityPercentiles, value));
  return { posterior, logDensity, labels, nearest, strengths, outlierScores };
}
