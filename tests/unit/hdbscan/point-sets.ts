import { splitMix32 } from '../../support/split-mix.js';
import { type Matrix } from '../../../shared/numeric/matrix.js';

/** Standard normal numbers, seeded. */
export function normals(seed: number): () => number {
  const uniform = splitMix32(seed);
  return () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
}

/** Gaussian clusters of unlike size and width, a fifth of the rows noise. */
export function blobs(seed: number, rows: number, columns: number, clusters = 4): Matrix {
  const uniform = splitMix32(seed);
  const normal = normals(seed + 1);
  const centres = Array.from({ length: clusters * columns }, () => uniform() * 20);
  const data = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    const cluster = Math.floor(uniform() ** 1.4 * clusters);
    const noise = uniform() < 0.2;
    for (let j = 0; j < columns; j++) {
      data[i * columns + j] = noise
        ? uniform() * 24 - 2
        : centres[cluster * columns + j]! + (0.4 + 0.3 * cluster) * normal();
    }
  }
  return { data, rows, columns };
}

/** The same rows on a grid: many equal distances and some equal rows. */
export function gridded(points: Matrix, step: number): Matrix {
  return { ...points, data: points.data.map((value) => Math.round(value / step) * step) };
}

export function mapped(points: Matrix, map: (value: number) => number): Matrix {
  return { ...points, data: points.data.map(map) };
}

/** The numbers 0 to n − 1 in a seeded order. */
export function permutation(n: number, seed: number): number[] {
  const uniform = splitMix32(seed);
  const order = Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = Math.floor(uniform() * (i + 1));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}

/** Row `i` of the result is row `order[i]`. */
export function reordered({ data, columns }: Matrix, order: readonly number[]): Matrix {
  const result = new Float64Array(order.length * columns);
  order.forEach((row, i) => result.set(data.subarray(row * columns, (row + 1) * columns), i * columns));
  return { data: result, rows: order.length, columns };
}
