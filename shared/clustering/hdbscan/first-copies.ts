import { type Matrix } from '../../numeric/matrix.js';
import { compareRows } from './compare-rows.js';

/** By row: the first row with the same coordinates. */
export function firstCopies(points: Matrix): Int32Array {
  const order = Int32Array.from({ length: points.rows }, (_, i) => i).sort(
    (a, b) => compareRows(points, a, b) || a - b,
  );
  const first = new Int32Array(points.rows);
  order.forEach((row, position) => {
    const before = order[position - 1];
    first[row] = before !== undefined && compareRows(points, before, row) === 0 ? first[before]! : row;
  });
  return first;
}
