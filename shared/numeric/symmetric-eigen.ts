import { type Matrix, zeros } from './matrix.js';

export interface SymmetricEigen {
  /** Largest first. */
  readonly values: Float64Array;
  /** Row k is the unit eigenvector of value k; its element of largest magnitude (the first of equals) is positive. */
  readonly vectors: Matrix;
}

const maxSweeps = 100;

/** Sum of squares above the diagonal. */
function offDiagonal({ data, rows }: Matrix): number {
  let sum = 0;
  for (let p = 0; p < rows; p++) for (let q = p + 1; q < rows; q++) sum += data[p * rows + q]! ** 2;
  return sum;
}

/** Rotates columns and rows p, q of `a` so that a[p][q] becomes 0, and rows p, q of `vectors` with them. */
function rotate(a: Matrix, vectors: Matrix, p: number, q: number): void {
  const n = a.rows;
  const { data } = a;
  const apq = data[p * n + q]!;
  if (apq === 0) return;
  const theta = (data[q * n + q]! - data[p * n + p]!) / (2 * apq);
  const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const c = 1 / Math.sqrt(t * t + 1);
  const s = t * c;
  const turn = (values: Float64Array, i: number, j: number): void => {
    const x = values[i]!;
    const y = values[j]!;
    values[i] = c * x - s * y;
    values[j] = s * x + c * y;
  };
  for (let k = 0; k < n; k++) turn(data, k * n + p, k * n + q);
  for (let k = 0; k < n; k++) turn(data, p * n + k, q * n + k);
  data[p * n + q] = 0;
  data[q * n + p] = 0;
  for (let k = 0; k < n; k++) turn(vectors.data, p * n + k, q * n + k);
}

function signOf(vector: Float64Array): number {
  let largest = 0;
  for (const value of vector) if (Math.abs(value) > Math.abs(largest)) largest = value;
  return largest < 0 ? -1 : 1;
}

/**
 * All eigenvalues and eigenvectors of a symmetric matrix by the cyclic method of Jacobi (Golub and Van Loan, 8.5):
 * plain, accurate, and in a fixed order of operations. Meant for up to a few hundred rows. Only the numbers
 * must be finite and `matrix` square and symmetric; it is left as it was.
 */
export function symmetricEigen(matrix: Matrix): SymmetricEigen {
  const n = matrix.rows;
  const a: Matrix = { data: matrix.data.slice(), rows: n, columns: n };
  const vectors = zeros(n, n);
  for (let i = 0; i < n; i++) vectors.data[i * n + i] = 1;
  const scale = a.data.reduce((sum, value) => sum + value * value, 0);
  for (let sweep = 0; sweep < maxSweeps && offDiagonal(a) > scale * 1e-32; sweep++) {
    for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) rotate(a, vectors, p, q);
  }
  const diagonal = Float64Array.from({ length: n }, (_, i) => a.data[i * n + i]!);
  const order = Array.from(diagonal.keys()).sort((i, j) => diagonal[j]! - diagonal[i]! || i - j);
  const sorted = zeros(n, n);
  order.forEach((from, to) => {
    const vector = vectors.data.subarray(from * n, (from + 1) * n);
    const sign = signOf(vector);
    vector.forEach((value, k) => (sorted.data[to * n + k] = sign * value));
  });
  return { values: Float64Array.from(order, (i) => diagonal[i]!), vectors: sorted };
}
