import { type Matrix } from '../../numeric/matrix.js';

/** By row: the first row with the same coordinates. */
export function firstCopies({ data, rows, columns }: Matrix): Int32Array {
  const compare = (a: number, b: number): number => {
    for (let j = 0; j < columns; j++) {
      const difference = data[a * columns + j]! - data[b * columns + j]!;
      if (difference !== 0) return difference;
    }
    return 0;
  };
  const order = Int32Array.from({ length: rows }, (_, i) => i).sort((a, b) => compare(a, b) || a - b);
  const first = new Int32Array(rows);
  order.forEach((row, position) => {
    const before = order[position - 1];
    first[row] = before !== undefined && compare(before, row) === 0 ? first[before]! : row;
  });
  return first;
}
