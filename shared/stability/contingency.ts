/** How two labellings of the same items cross. Labels are any integers; they keep their ascending order. */
export interface Contingency {
  /** Row-major, `rows × columns`: items with the row's label in the first and the column's in the second labelling. */
  readonly counts: Float64Array;
  readonly rowLabels: Int32Array;
  readonly columnLabels: Int32Array;
  readonly rowSums: Float64Array;
  readonly columnSums: Float64Array;
  readonly total: number;
}

function distinct(labels: Int32Array): Int32Array {
  return Int32Array.from(new Set(labels)).sort();
}

export function contingency(first: Int32Array, second: Int32Array): Contingency {
  const rowLabels = distinct(first);
  const columnLabels = distinct(second);
  const rowOf = new Map(Array.from(rowLabels, (label, at) => [label, at]));
  const columnOf = new Map(Array.from(columnLabels, (label, at) => [label, at]));
  const counts = new Float64Array(rowLabels.length * columnLabels.length);
  const rowSums = new Float64Array(rowLabels.length);
  const columnSums = new Float64Array(columnLabels.length);
  for (let i = 0; i < first.length; i++) {
    const r = rowOf.get(first[i]!)!;
    const c = columnOf.get(second[i]!)!;
    const at = r * columnLabels.length + c;
    counts[at] = counts[at]! + 1;
    rowSums[r] = rowSums[r]! + 1;
    columnSums[c] = columnSums[c]! + 1;
  }
  return { counts, rowLabels, columnLabels, rowSums, columnSums, total: first.length };
}
