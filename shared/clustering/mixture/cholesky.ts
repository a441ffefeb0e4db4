/**
 * Inverse of the lower Cholesky factor of a symmetric positive definite matrix, so that |L⁻¹(x − μ)|² is the
 * squared Mahalanobis distance. `matrix` holds d × d numbers row-major from `offset`; only its lower triangle is
 * read. Returns d × d numbers with zeros above the diagonal, or undefined where it is not positive definite.
 */
export function inverseCholesky(matrix: Float64Array, offset: number, d: number): Float64Array | undefined {
  const lower = new Float64Array(d * d);
  for (let i = 0; i < d; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[offset + i * d + j]!;
      for (let m = 0; m < j; m++) sum -= lower[i * d + m]! * lower[j * d + m]!;
      if (i !== j) {
        lower[i * d + j] = sum / lower[j * d + j]!;
        continue;
      }
      if (!(sum > 0) || !Number.isFinite(sum)) return undefined;
      lower[i * d + i] = Math.sqrt(sum);
    }
  }
  const inverse = new Float64Array(d * d);
  for (let j = 0; j < d; j++) {
    inverse[j * d + j] = 1 / lower[j * d + j]!;
    for (let i = j + 1; i < d; i++) {
      let sum = 0;
      for (let m = j; m < i; m++) sum -= lower[i * d + m]! * inverse[m * d + j]!;
      inverse[i * d + j] = sum / lower[i * d + i]!;
    }
  }
  return inverse;
}

/** Sum of the logs of the diagonal of a d × d factor: half the log determinant of what L⁻¹ᵀL⁻¹ equals. */
export function logDiagonal(factor: Float64Array, d: number): number {
  let sum = 0;
  for (let i = 0; i < d; i++) sum += Math.log(factor[i * d + i]!);
  return sum;
}
