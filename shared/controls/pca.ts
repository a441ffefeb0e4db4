import { SegmentsError } from '../errors.js';
import { type Matrix, zeros } from '../numeric/matrix.js';
import { symmetricEigen } from '../numeric/symmetric-eigen.js';

/** The linear control: what an autoencoder must beat to be worth its trouble. */
export interface PcaModel {
  /** Mean of each column. */
  readonly mean: Float64Array;
  /** width × columns; row k is the unit loading vector of component k, its largest element positive. */
  readonly components: Matrix;
  /** Variance along each component, largest first. */
  readonly explainedVariance: Float64Array;
  /** Variance of all columns together. */
  readonly totalVariance: number;
}

function refuse(message: string, remedy: string): never {
  throw new SegmentsError('InvalidMatrix', message, { where: 'PCA', remedy });
}

function columnMeans({ data, rows, columns }: Matrix): Float64Array {
  const mean = new Float64Array(columns);
  for (let k = 0; k < data.length; k++) mean[k % columns]! += data[k]!;
  return mean.map((sum) => sum / rows);
}

/** Sample covariance (divisor n − 1) of the columns. */
function covariance({ data, rows, columns }: Matrix, mean: Float64Array): Matrix {
  const result = zeros(columns, columns);
  const centred = new Float64Array(columns);
  for (let r = 0; r < rows; r++) {
    for (let i = 0; i < columns; i++) centred[i] = data[r * columns + i]! - mean[i]!;
    for (let i = 0; i < columns; i++) {
      for (let j = 0; j <= i; j++) result.data[i * columns + j]! += centred[i]! * centred[j]!;
    }
  }
  for (let i = 0; i < columns; i++) {
    for (let j = 0; j <= i; j++) {
      const value = result.data[i * columns + j]! / (rows - 1);
      result.data[i * columns + j] = value;
      result.data[j * columns + i] = value;
    }
  }
  return result;
}

/** Principal components of `input` (rows sorted by shop_id). Throws InvalidMatrix on NaN, on one row, or on too great a width. */
export function fitPca(input: Matrix, width: number): PcaModel {
  const { data, rows, columns } = input;
  if (rows < 2) refuse(`variance needs 2 rows, found ${rows}`, 'Give more retailers.');
  if (width < 1 || width > columns) {
    refuse(`${width} components of ${columns} columns were asked for`, `Ask for 1 to ${columns} components.`);
  }
  const bad = data.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    refuse(
      `row ${Math.floor(bad / columns)}, column ${bad % columns} is ${data[bad]}; every number must be finite`,
      'Scale the features first: scaling fills missing values with the median.',
    );
  }
  const mean = columnMeans(input);
  const { values, vectors } = symmetricEigen(covariance(input, mean));
  return {
    mean,
    components: { data: vectors.data.slice(0, width * columns), rows: width, columns },
    // Rounding can leave a variance of nothing at −1e-17.
    explainedVariance: values.slice(0, width).map((value) => Math.max(0, value)),
    totalVariance: values.reduce((sum, value) => sum + value, 0),
  };
}

/** Scores, rows × width. Throws InvalidMatrix on another number of columns. */
export function projectPca({ mean, components }: PcaModel, input: Matrix): Matrix {
  const { data, rows, columns } = input;
  if (columns !== components.columns) {
    refuse(
      `the input has ${columns} columns, the model ${components.columns}`,
      'Give the columns that were fitted.',
    );
  }
  const scores = zeros(rows, components.rows);
  for (let r = 0; r < rows; r++) {
    for (let k = 0; k < components.rows; k++) {
      let sum = 0;
      for (let j = 0; j < columns; j++) {
        sum += (data[r * columns + j]! - mean[j]!) * components.data[k * columns + j]!;
      }
      scores.data[r * components.rows + k] = sum;
    }
  }
  return scores;
}
