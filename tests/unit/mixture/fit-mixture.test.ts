import { describe, expect, test } from 'vitest';
import { fitMixture } from '../../../shared/clustering/mixture/fit-mixture.js';
import { predictMixture } from '../../../shared/clustering/mixture/predict-mixture.js';
import { configSchema } from '../../../shared/contracts/config.js';
import { SegmentsError } from '../../../shared/errors.js';
import { adjustedRandIndex } from '../../../shared/stability/adjusted-rand-index.js';
import { contingency } from '../../../shared/stability/contingency.js';
import { blobs } from './market.js';

const config = configSchema.parse({}).mixture;

describe('fitting cold', () => {
  const { input, truth } = blobs(1500, 5, 5, 3, 11);
  const fit = fitMixture(input, { config, seed: 42 });

  test('finds the planted number of components by BIC, and the planted groups', () => {
    expect(fit.start).toBe('cold');
    expect(fit.mixture.weights.length).toBe(5);
    const { nearest } = predictMixture(fit.mixture, input);
    expect(adjustedRandIndex(contingency(nearest, truth))).toBeGreaterThan(0.97);
  });

  test('reports every number of components tried, the chosen one with the lowest BIC', () => {
    const best = fit.trials.reduce((low, trial) => (trial.bic < low.bic ? trial : low));
    expect(best.components).toBe(5);
    expect(fit.trials.map((trial) => trial.components)).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  test('gives the same bits for the same seed', () => {
    expect(fitMixture(input, { config, seed: 42 })).toEqual(fit);
  });

  test('calls at most the configured share of the training rows noise, the least likely, with strength 0 and high outlier scores', () => {
    const { labels, strengths, outlierScores } = predictMixture(fit.mixture, input);
    const noise = [...labels.keys()].filter((i) => labels[i]! < 0);
    expect(noise.length).toBeGreaterThan(0);
    expect(noise.length).toBeLessThanOrEqual(Math.round(config.noiseQuantile * input.rows));
    for (const i of noise) {
      expect(strengths[i]).toBe(0);
      expect(outlierScores[i]).toBeGreaterThanOrEqual(0.97);
    }
    expect(Math.min(...outlierScores)).toBe(0);
    expect(Math.max(...outlierScores)).toBe(1);
  });

  test('calls nobody noise where behaviours are narrower than the mixture can be', () => {
    const narrow = { ...input, data: input.data.map((value) => value / 100) };
    const { labels } = predictMixture(fitMixture(narrow, { config, seed: 42 }).mixture, narrow);
    expect(labels.every((label) => label >= 0)).toBe(true);
  });

  test('keeps within the configured numbers of components', () => {
    const narrow = fitMixture(input, { config: { ...config, minComponents: 2, maxComponents: 3 }, seed: 1 });
    expect(narrow.trials.map((trial) => trial.components)).toEqual([2, 3]);
    expect(narrow.mixture.weights.length).toBe(3);
  });

  test('fits diagonal covariances when told to', () => {
    const diagonal = fitMixture(input, { config: { ...config, covariance: 'diagonal' }, seed: 1 });
    expect(diagonal.mixture.covariances.length).toBe(diagonal.mixture.weights.length * 5);
    const { nearest } = predictMixture(diagonal.mixture, input);
    expect(adjustedRandIndex(contingency(nearest, truth))).toBeGreaterThan(0.97);
  });
});

describe('fitting warm', () => {
  const { input, centres } = blobs(1500, 5, 5, 3, 11);
  const first = fitMixture(input, { config, seed: 42 });
  const next = blobs(1500, 5, 5, 3, 11).input;
  next.data.forEach((value, at) => (next.data[at] = value + 0.05 * Math.sin(at)));
  const second = fitMixture(next, { config, seed: 7, warm: first.mixture });

  test('keeps the number and the order of the components', () => {
    expect(second.start).toBe('warm');
    expect(centres.rows).toBe(second.mixture.weights.length);
    for (let at = 0; at < first.mixture.means.data.length; at++) {
      expect(Math.abs(first.mixture.means.data[at]! - second.mixture.means.data[at]!)).toBeLessThan(0.2);
    }
  });

  test('starts cold where the previous mixture has other columns', () => {
    const other = blobs(300, 3, 2, 4, 5).input;
    expect(fitMixture(other, { config, seed: 1, warm: first.mixture }).start).toBe('cold');
  });
});

describe('refusing', () => {
  const { input } = blobs(200, 3, 2, 4, 1);

  test('a number that is not finite is refused with its place', () => {
    const bad = { ...input, data: input.data.slice() };
    bad.data[7] = NaN;
    expect(() => fitMixture(bad, { config, seed: 1 })).toThrowError(/row 2, column 1 is NaN/);
  });

  test('too few rows are refused with both numbers', () => {
    const few = { data: input.data.slice(0, 9), rows: 3, columns: 3 };
    const error = (() => {
      try {
        return fitMixture(few, { config, seed: 1 });
      } catch (caught) {
        return caught;
      }
    })();
    expect(error).toBeInstanceOf(SegmentsError);
    expect(error).toMatchObject({ code: 'TooFewRetailers' });
    expect((error as Error).message).toMatch(/^3 retailers .* at least 10/);
  });

  test('new rows with other columns are refused', () => {
    const fit = fitMixture(input, { config, seed: 1 });
    expect(() =>
      predictMixture(fit.mixture, { data: new Float64Array(4), rows: 1, columns: 4 }),
    ).toThrowError(/4 columns.*to 3/);
  });

  test('a signal ends the fit', () => {
    const signal = AbortSignal.abort(new Error('stop now'));
    expect(() => fitMixture(input, { config, seed: 1, signal })).toThrowError('stop now');
  });
});

test('constant columns do not break the fit, thanks to regularisation', () => {
  const { input, truth } = blobs(400, 3, 2, 6, 3);
  for (let i = 0; i < 400; i++) input.data[i * 3 + 1] = 1;
  const { nearest } = predictMixture(fitMixture(input, { config, seed: 1 }).mixture, input);
  expect(adjustedRandIndex(contingency(nearest, truth))).toBeGreaterThan(0.95);
});
