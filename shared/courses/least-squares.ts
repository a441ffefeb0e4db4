/** Solves the n × n positive definite system by Cholesky. `matrix` is row-major; neither input is changed. */
export function solvePositive(matrix: Float64Array, right: Float64Array): Float64Array {
  const n = right.length;
  const lower = new Float64Array(n * n);
  const solution = right.slice();
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * n + j]!;
      for (let m = 0; m < j; m++) sum -= lower[i * n + m]! * lower[j * n + m]!;
      lower[i * n + j] = i === j ? Math.sqrt(Math.max(sum, Number.EPSILON)) : sum / lower[j * n + j]!;
    }
    for (let m = 0; m < i; m++) solution[i] = solution[i]! - lower[i * n + m]! * solution[m]!;
    solution[i] = solution[i]! / lower[i * n + i]!;
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let m = i + 1; m < n; m++) solution[i] = solution[i]! - lower[m * n + i]! * solution[m]!;
    solution[i] = solution[i]! / lower[i * n + i]!;
  }
  return solution;
}
