import { symmetricEigen } from '../../numeric/symmetric-eigen.js';

/** An orthonormal frame: row i of `axes` (d × d) is the axis along which the points spread i-th most. */
export interface Frame {
  readonly centre: Float64Array;
  readonly axes: Float64Array;
}

/** So many rows, evenly picked, tell the axes well enough. */
const mostRows = 50_000;

/** Beyond so many columns the axes would cost more than they save. */
const mostColumns = 128;

/**
 * Principal axes of the directions in which points lie from their mean: each row counts once, whatever its distance, so
 * that a few far ones do not rule (the spatial sign covariance matrix; Locantore et al. 1999). Searching along them, a
 * sum of squares passes its bound after few coordinates where columns are correlated. Any orthonormal frame would do.
 */
export function principalAxes(data: Float64Array, rows: number, columns: number): Frame {
  const d = columns;
  const centre = new Float64Array(d);
  for (let i = 0; i < rows; i++) for (let j = 0; j < d; j++) centre[j]! += data[i * d + j]! / rows;
  if (d > mostColumns) return { centre, axes: identity(d) };
  const spread = new Float64Array(d * d);
  const direction = new Float64Array(d);
  const stride = Math.ceil(rows / mostRows);
  for (let i = 0; i < rows; i += stride) {
    let largest = 0;
    for (let j = 0; j < d; j++) {
      direction[j] = data[i * d + j]! - centre[j]!;
      largest = Math.max(largest, Math.abs(direction[j]!));
    }
    if (largest === 0) continue;
    let square = 0;
    for (let j = 0; j < d; j++) {
      direction[j]! /= largest;
      square += direction[j]! ** 2;
    }
    for (let a = 0; a < d; a++) {
      const share = direction[a]! / square;
      for (let b = a; b < d; b++) spread[a * d + b]! += share * direction[b]!;
    }
  }
  for (let a = 0; a < d; a++) for (let b = 0; b < a; b++) spread[a * d + b] = spread[b * d + a]!;
  return { centre, axes: symmetricEigen({ data: spread, rows: d, columns: d }).vectors.data };
}

function identity(d: number): Float64Array {
  const axes = new Float64Array(d * d);
  for (let j = 0; j < d; j++) axes[j * d + j] = 1;
  return axes;
}
