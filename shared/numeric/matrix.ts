/** Row-major matrix: element (i, j) is `data[i * columns + j]`. */
export interface Matrix {
  readonly data: Float64Array;
  readonly rows: number;
  readonly columns: number;
}

/** A matrix of zeros. */
export function zeros(rows: number, columns: number): Matrix {
  return { data: new Float64Array(rows * columns), rows, columns };
}

/** A view, not a copy, of row `i`. */
export function row(matrix: Matrix, i: number): Float64Array {
  return matrix.data.subarray(i * matrix.columns, (i + 1) * matrix.columns);
}

/** A new matrix of the given rows, in their order; a row may come more than once. */
export function gatherRows(matrix: Matrix, rows: ArrayLike<number>): Matrix {
  const gathered = zeros(rows.length, matrix.columns);
  for (let to = 0; to < rows.length; to++) gathered.data.set(row(matrix, rows[to]!), to * matrix.columns);
  return gathered;
}
