/** An orthonormal frame: row i of `axes` (d × d) is the axis along which the points spread i-th most. */
export interface Frame {
  readonly centre: Float64Array;
  readonly axes: Float64Array;
}

/** So many rows, evenly picked, tell the axes well enough. */
const mostRows = 50_000;

/** Beyond so many columns the axes would cost more than they save. */
const mostColumns = 128;

/** Sweeps of Jacobi's method: far more than convergence takes, which is quadratic at the end. */
const mostSweeps = 30;

/**
 * Principal axes of the directions in which points lie from their mean: each row counts once, whatever its distance, so
 * that a few far ones do not rule (the spatial sign covariance matrix; Locantore et al. 1999). Searching along them, a
 * sum of squares passes its bound after few coordinates where columns are correlated. Any orthonormal frame would do.
 */
export function principalAxes(data: Float64Array, rows: number, columns: number): Frame {
  const d = columns;
  const centre = new Float64Array(d);
  for (let i = 0; i < rows; i++) for (let j = 0; j < d; j++) centre[j]! += data[i * d + j]! / rows;
  const axes = new Float64Array(d * d);
  for (let j = 0; j < d; j++) axes[j * d + j] = 1;
  if (d > mostColumns) return { centre, axes };
  const spread = new Float64Array(d * d);
  const direction = new Float64Array(d);
  const stride = Math.ceil(rows / mostRows);
  for (let i = 0; i < rows; i += stride) {
    let largest = 0;
    for (let j = 0; j < d; j++) {
      direction[j] = data[i * d + j]! - centre[j]!;
      largest = Math.max(largest, Math.abs(direction[j]!));
    }
    if (largest === 0) continue;
    let square = 0;
    for (let j = 0; j < d; j++) {
      direction[j]! /= largest;
      square += direction[j]! ** 2;
    }
    for (let a = 0; a < d; a++) {
      const share = direction[a]! / square;
      for (let b = a; b < d; b++) spread[a * d + b]! += share * direction[b]!;
    }
  }
  for (let a = 0; a < d; a++) for (let b = 0; b < a; b++) spread[a * d + b] = spread[b * d + a]!;
  diagonalise(spread, axes, d);
  const order = Array.from({ length: d }, (_, j) => j).sort(
    (a, b) => spread[b * d + b]! - spread[a * d + a]! || a - b,
  );
  const sorted = new Float64Array(d * d);
  order.forEach((axis, at) => sorted.set(axes.subarray(axis * d, (axis + 1) * d), at * d));
  return { centre, axes: sorted };
}

/** Cyclic Jacobi: rotations that bring a symmetric matrix to its diagonal, gathered in the rows of `axes`. */
function diagonalise(matrix: Float64Array, axes: Float64Array, d: number): void {
  for (let sweep = 0; sweep < mostSweeps; sweep++) {
    let off = 0;
    let on = 0;
    for (let a = 0; a < d; a++) {
      on += matrix[a * d + a]! ** 2;
      for (let b = a + 1; b < d; b++) off += matrix[a * d + b]! ** 2;
    }
    // The axes need not be exact, only orthonormal, which every rotation keeps them.
    if (off <= 1e-12 * on) return;
    for (let a = 0; a < d; a++) {
      for (let b = a + 1; b < d; b++) {
        const between = matrix[a * d + b]!;
        if (between === 0) continue;
        const theta = (matrix[b * d + b]! - matrix[a * d + a]!) / (2 * between);
        const tangent = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
        const cosine = 1 / Math.sqrt(tangent * tangent + 1);
        const sine = tangent * cosine;
        for (let j = 0; j < d; j++) {
          const [x, y] = [matrix[j * d + a]!, matrix[j * d + b]!];
          matrix[j * d + a] = cosine * x - sine * y;
          matrix[j * d + b] = sine * x + cosine * y;
        }
        rotateRows(matrix, d, a, b, cosine, sine);
        rotateRows(axes, d, a, b, cosine, sine);
      }
    }
  }
}

function rotateRows(
  matrix: Float64Array,
  d: number,
  a: number,
  b: number,
  cosine: number,
  sine: number,
): void {
  for (let j = 0; j < d; j++) {
    const [x, y] = [matrix[a * d + j]!, matrix[b * d + j]!];
    matrix[a * d + j] = cosine * x - sine * y;
    matrix[b * d + j] = sine * x + cosine * y;
  }
}
