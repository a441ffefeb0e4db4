import { explainedMonths, type MonthsBeside } from '../../courses/months-beside.js';
import { type Matrix } from '../../numeric/matrix.js';
import { freeParameters, type Mixture } from './mixture.js';
import { mixturePosterior, mostLikelyComponents } from './predict-mixture.js';

export function bayesianInformationCriterion(
  mixture: Mixture,
  rows: number,
  meanLogLikelihood: number,
  shrinkage = 0,
): number {
  const { covariance, weights, means } = mixture;
  const parameters = freeParameters(covariance, weights.length, means.columns, shrinkage);
  return -2 * meanLogLikelihood * rows + parameters * Math.log(rows);
}

export function meanLogLikelihood(mixture: Mixture, input: Matrix): number {
  const { logDensity } = mixturePosterior(mixture, input);
  let sum = 0;
  for (const value of logDensity) sum += value;
  return sum / input.rows;
}

/** BIC a row of the months: the courses of the mixture's clusters are charged for like its components. */
export function bicOfMonths(input: Matrix, mixture: Mixture, { months }: MonthsBeside): number {
  const labels = mostLikelyComponents(mixture, input);
  return -2 * explainedMonths(months, labels, mixture.weights.length);
}
