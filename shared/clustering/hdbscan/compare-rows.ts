import { type Matrix } from '../../numeric/matrix.js';

/** Orders two rows by their coordinates, the first that differs deciding; 0 for copies of one point. */
export function compareRows({ data, columns }: Matrix, a: number, b: number): number {
  for (let j = 0; j < columns; j++) {
    const difference = data[a * columns + j]! - data[b * columns + j]!;
    if (difference !== 0) return difference;
  }
  return 0;
}
