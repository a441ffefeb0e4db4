import { type Matrix } from '../../numeric/matrix.js';

export type CovarianceKind = 'full' | 'diagonal';

/** Parameters of a Gaussian mixture with k components in d dimensions. */
export interface Mixture {
  readonly covariance: CovarianceKind;
  /** k numbers in (0, 1) that sum to 1. */
  readonly weights: Float64Array;
  /** k × d. */
  readonly means: Matrix;
  /** full: k·d·d, each d × d block symmetric and row-major; diagonal: k·d variances. Regularisation included. */
  readonly covariances: Float64Array;
}

/** A mixture together with what it takes to call a retailer noise: the density of the rows that it was fitted to. */
export interface FittedMixture extends Mixture {
  /** Rows that it was fitted to. */
  readonly trainingRows: number;
  /** Largest share of the training rows that may be noise, 0 to 1. */
  readonly noiseQuantile: number;
  /** Log density below which a row is noise. */
  readonly noiseLogDensity: number;
  /**
   * Hysteresis about that line: a clustered retailer becomes noise below `enter` (half the quantile), noise is
   * clustered again from `leave` on (twice the quantile).
   */
  readonly noiseBand: { readonly enter: number; readonly leave: number };
  /** 101 numbers, ascending: log density at the percentiles 0, 1, … 100 of the training rows. */
  readonly logDensityPercentiles: Float64Array;
}

/** Numbers held by one covariance. */
export function covarianceLength(kind: CovarianceKind, columns: number): number {
  return kind === 'full' ? columns * columns : columns;
}

/**
 * Effective parameters: what BIC charges for. A covariance that goes the share s of the way to the average is a linear
 * smoother of its own estimate; by the trace of that smoother (Hastie, Tibshirani, Friedman 2009, 7.6) each number of
 * it counts 1 − s, and the average once for all.
 */
export function freeParameters(
  kind: CovarianceKind,
  components: number,
  columns: number,
  shrinkage = 0,
): number {
  const perCovariance = kind === 'full' ? (columns * (columns + 1)) / 2 : columns;
  const covariances = 1 + (components - 1) * (1 - shrinkage);
  return components * columns + components - 1 + covariances * perCovariance;
}
