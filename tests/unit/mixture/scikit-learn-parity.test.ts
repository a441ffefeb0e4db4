import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  bayesianInformationCriterion,
  meanLogLikelihood,
} from '../../../shared/clustering/mixture/information-criterion.js';
import { expectationMaximisation } from '../../../shared/clustering/mixture/expectation-maximisation.js';
import { type CovarianceKind } from '../../../shared/clustering/mixture/mixture.js';
import { mixturePosterior } from '../../../shared/clustering/mixture/predict-mixture.js';

interface GoldenCase {
  name: string;
  covariance: CovarianceKind;
  regularisation: number;
  maxIterations: number;
  tolerance: number;
  rows: number;
  columns: number;
  data: number[];
  start: { weights: number[]; means: number[]; covariances: number[] };
  iterations: number;
  converged: boolean;
  lowerBound: number;
  bic: number;
  weights: number[];
  means: number[];
  covariances: number[];
  probe: number[];
  probeLogDensity: number[];
  probePosterior: number[];
  labels: number[];
}

const golden = JSON.parse(
  readFileSync(new URL('../../golden/mixture/scikit-learn.json', import.meta.url), 'utf8'),
) as { cases: GoldenCase[] };

function expectClose(actual: ArrayLike<number>, expected: readonly number[], tolerance = 1e-6): void {
  expect(actual.length).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) {
    expect(Math.abs(actual[i]! - expected[i]!), `element ${i}`).toBeLessThan(tolerance);
  }
}

describe.each(golden.cases)("from the same start as scikit-learn's GaussianMixture: $name", (golden) => {
  const input = { data: Float64Array.from(golden.data), rows: golden.rows, columns: golden.columns };
  const run = expectationMaximisation(
    input,
    {
      covariance: golden.covariance,
      weights: Float64Array.from(golden.start.weights),
      means: {
        data: Float64Array.from(golden.start.means),
        rows: golden.start.weights.length,
        columns: golden.columns,
      },
      covariances: Float64Array.from(golden.start.covariances),
    },
    golden,
  );

  test('takes as many iterations and stops for the same reason', () => {
    expect(run.iterations).toBe(golden.iterations);
    expect(run.converged).toBe(golden.converged);
    expect(run.meanLogLikelihood).toBeCloseTo(golden.lowerBound, 8);
  });

  test('ends at the same weights, means and covariances to 1e-6', () => {
    expectClose(run.mixture.weights, golden.weights);
    expectClose(run.mixture.means.data, golden.means);
    expectClose(run.mixture.covariances, golden.covariances);
  });

  test('gives new rows the same log density and posterior', () => {
    const probe = {
      data: Float64Array.from(golden.probe),
      rows: golden.probeLogDensity.length,
      columns: golden.columns,
    };
    const { posterior, logDensity } = mixturePosterior(run.mixture, probe);
    expectClose(logDensity, golden.probeLogDensity);
    expectClose(posterior.data, golden.probePosterior);
  });

  test('has the same BIC and the same labels', () => {
    const bic = bayesianInformationCriterion(run.mixture, golden.rows, meanLogLikelihood(run.mixture, input));
    expect(Math.abs(bic - golden.bic)).toBeLessThan(1e-6 * Math.abs(golden.bic));
    const k = run.mixture.weights.length;
    const { posterior } = mixturePosterior(run.mixture, input);
    const labels = golden.labels.map((_, i) => {
      const own = [...posterior.data.subarray(i * k, (i + 1) * k)];
      return own.indexOf(Math.max(...own));
    });
    expect(labels).toEqual(golden.labels);
  });
});
