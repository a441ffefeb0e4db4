import { type Matrix, zeros } from '../numeric/matrix.js';

/** Shortest augmenting paths with potentials, for rows ≤ columns: the column of each row, at least total cost. */
function assignRows(cost: Matrix): Int32Array {
  const { data, rows, columns } = cost;
  // Index 0 is a sentinel: rows and columns count from 1 here.
  const rowPotential = new Float64Array(rows + 1);
  const columnPotential = new Float64Array(columns + 1);
  const rowOfColumn = new Int32Array(columns + 1);
  const cameFrom = new Int32Array(columns + 1);
  for (let i = 1; i <= rows; i++) {
    rowOfColumn[0] = i;
    let column = 0;
    const slack = new Float64Array(columns + 1).fill(Infinity);
    const visited = new Uint8Array(columns + 1);
    do {
      visited[column] = 1;
      const at = rowOfColumn[column]!;
      let delta = Infinity;
      let next = 0;
      for (let j = 1; j <= columns; j++) {
        if (visited[j]) continue;
        const reduced = data[(at - 1) * columns + j - 1]! - rowPotential[at]! - columnPotential[j]!;
        if (reduced < slack[j]!) {
          slack[j] = reduced;
          cameFrom[j] = column;
        }
        if (slack[j]! < delta) {
          delta = slack[j]!;
          next = j;
        }
      }
      for (let j = 0; j <= columns; j++) {
        if (visited[j]) {
          rowPotential[rowOfColumn[j]!] = rowPotential[rowOfColumn[j]!]! + delta;
          columnPotential[j] = columnPotential[j]! - delta;
        } else {
          slack[j] = slack[j]! - delta;
        }
      }
      column = next;
    } while (rowOfColumn[column] !== 0);
    while (column !== 0) {
      const before = cameFrom[column]!;
      rowOfColumn[column] = rowOfColumn[before]!;
      column = before;
    }
  }
  const columnOfRow = new Int32Array(rows).fill(-1);
  for (let j = 1; j <= columns; j++) if (rowOfColumn[j]! > 0) columnOfRow[rowOfColumn[j]! - 1] = j - 1;
  return columnOfRow;
}

/**
 * The one-to-one assignment of rows to columns with the greatest total weight (Kuhn 1955, Munkres 1957; O(n³)).
 * Any finite weights, any shape. Returns each row's column, or −1 for rows that are left over.
 */
export function assignMaximum(weights: Matrix): Int32Array {
  const { data, rows, columns } = weights;
  if (rows <= columns) return assignRows({ data: data.map((weight) => -weight), rows, columns });
  const transposed = zeros(columns, rows);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) transposed.data[j * rows + i] = -data[i * columns + j]!;
  }
  const columnOfRow = new Int32Array(rows).fill(-1);
  assignRows(transposed).forEach((i, j) => {
    columnOfRow[i] = j;
  });
  return columnOfRow;
}
