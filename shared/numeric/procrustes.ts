import { type Matrix, zeros } from './matrix.js';
import { symmetricEigen } from './symmetric-eigen.js';

/** x ↦ (x − from) R + to. */
export interface RigidMotion {
  readonly from: Float64Array;
  readonly to: Float64Array;
  /** d × d, orthogonal: rotation, with or without a reflection. */
  readonly rotation: Matrix;
}

function columnMeans({ data, rows, columns }: Matrix): Float64Array {
  const means = new Float64Array(columns);
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) means[j] = means[j]! + data[i * columns + j]! / rows;
  return means;
}

/**
 * Orthogonal Procrustes (Schönemann 1966): the rigid motion that takes the rows of `source` as near as it can, in
 * squares, to those of `target` (same shape). R = M (MᵀM)^−½ with M the cross-covariance; directions in which the two
 * have nothing in common are left out.
 */
export function procrustes(source: Matrix, target: Matrix): RigidMotion {
  const d = source.columns;
  const from = columnMeans(source);
  const to = columnMeans(target);
  const cross = zeros(d, d);
  for (let i = 0; i < source.rows; i++) {
    for (let a = 0; a < d; a++) {
      const x = source.data[i * d + a]! - from[a]!;
      for (let b = 0; b < d; b++)
        cross.data[a * d + b] = cross.data[a * d + b]! + x * (target.data[i * d + b]! - to[b]!);
    }
  }
  const square = zeros(d, d);
  for (let a = 0; a < d; a++)
    for (let b = 0; b < d; b++)
      for (let k = 0; k < d; k++)
        square.data[a * d + b] = square.data[a * d + b]! + cross.data[k * d + a]! * cross.data[k * d + b]!;
  const { values, vectors } = symmetricEigen(square);
  const rotation = zeros(d, d);
  for (let e = 0; e < d; e++) {
    if (!(values[e]! > 1e-12 * values[0]!)) continue;
    const inverse = 1 / Math.sqrt(values[e]!);
    for (let a = 0; a < d; a++) {
      let along = 0;
      for (let k = 0; k < d; k++) along += cross.data[a * d + k]! * vectors.data[e * d + k]!;
      for (let b = 0; b < d; b++)
        rotation.data[a * d + b] = rotation.data[a * d + b]! + along * inverse * vectors.data[e * d + b]!;
    }
  }
  return { from, to, rotation };
}

export function moveRigidly({ from, to, rotation }: RigidMotion, points: Matrix): Matrix {
  const d = points.columns;
  const moved = zeros(points.rows, d);
  for (let i = 0; i < points.rows; i++) {
    for (let b = 0; b < d; b++) {
      let sum = to[b]!;
      for (let a = 0; a < d; a++) sum += (points.data[i * d + a]! - from[a]!) * rotation.data[a * d + b]!;
      moved.data[i * d + b] = sum;
    }
  }
  return moved;
}
