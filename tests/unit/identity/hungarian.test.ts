import fc from 'fast-check';
import { expect, test } from 'vitest';
import { assignMaximum } from '../../../shared/identity/hungarian.js';
import { type Matrix } from '../../../shared/numeric/matrix.js';

/** The best total by trying every assignment of the smaller side. */
function bruteForce({ data, rows, columns }: Matrix): number {
  const transposed = rows > columns;
  const [n, m] = transposed ? [columns, rows] : [rows, columns];
  const weight = (i: number, j: number): number =>
    transposed ? data[j * columns + i]! : data[i * columns + j]!;
  const best = (i: number, used: number): number => {
    if (i === n) return 0;
    let most = -Infinity;
    for (let j = 0; j < m; j++)
      if (!(used & (1 << j))) most = Math.max(most, weight(i, j) + best(i + 1, used | (1 << j)));
    return most;
  };
  return best(0, 0);
}

const matrices = fc
  .tuple(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 7 }))
  .chain(([rows, columns]) =>
    fc
      .array(fc.integer({ min: -20, max: 50 }), { minLength: rows * columns, maxLength: rows * columns })
      .map((list): Matrix => ({ data: Float64Array.from(list), rows, columns })),
  );

test('the assignment is one to one, as large as the shape allows, and as good as any found by brute force', () => {
  fc.assert(
    fc.property(matrices, (weights) => {
      const columnOfRow = assignMaximum(weights);
      const taken = [...columnOfRow].filter((column) => column >= 0);
      expect(new Set(taken).size).toBe(taken.length);
      expect(taken.length).toBe(Math.min(weights.rows, weights.columns));
      const total = columnOfRow.reduce(
        (sum, column, i) => sum + (column < 0 ? 0 : weights.data[i * weights.columns + column]!),
        0,
      );
      expect(total).toBe(bruteForce(weights));
    }),
    { numRuns: 300 },
  );
});

test('no rows or no columns assign nothing', () => {
  expect([...assignMaximum({ data: new Float64Array(0), rows: 0, columns: 3 })]).toEqual([]);
  expect([...assignMaximum({ data: new Float64Array(0), rows: 2, columns: 0 })]).toEqual([-1, -1]);
});
