/*
 * The three matrix products of a dense layer, and the tanh between layers. Two rows by four columns are
 * computed at a time, so that each number loaded is used several times; every element is still one sum in index
 * order, so that neither the tile nor the number of rows in a call shows in the result.
 *
 * Matrices are row-major parts of flat arrays: `p` holds W (inputs × outputs) from `w` and b from `b`.
 */

/** One element of `affine`. */
function affineElement(
  x: Float64Array,
  xAt: number,
  inputs: number,
  p: Float64Array,
  wAt: number,
  outputs: number,
  bias: number,
): number {
  let sum = bias;
  for (let i = 0, k = wAt; i < inputs; i++, k += outputs) sum += x[xAt + i]! * p[k]!;
  return sum;
}

/** y = x W + b; x is rows × inputs, y is rows × outputs. */
export function affine(
  x: Float64Array,
  rows: number,
  inputs: number,
  p: Float64Array,
  w: number,
  b: number,
  outputs: number,
  y: Float64Array,
): void {
  const evenRows = rows & ~1;
  const tiled = outputs & ~3;
  for (let r = 0; r < evenRows; r += 2) {
    const xs = r * inputs;
    const xt = xs + inputs;
    const ys = r * outputs;
    const yt = ys + outputs;
    for (let j = 0; j < tiled; j += 4) {
      let s0 = p[b + j]!;
      let s1 = p[b + j + 1]!;
      let s2 = p[b + j + 2]!;
      let s3 = p[b + j + 3]!;
      let t0 = s0;
      let t1 = s1;
      let t2 = s2;
      let t3 = s3;
      for (let i = 0, k = w + j; i < inputs; i++, k += outputs) {
        const u = x[xs + i]!;
        const v = x[xt + i]!;
        const w0 = p[k]!;
        const w1 = p[k + 1]!;
        const w2 = p[k + 2]!;
        const w3 = p[k + 3]!;
        s0 += u * w0;
        s1 += u * w1;
        s2 += u * w2;
        s3 += u * w3;
        t0 += v * w0;
        t1 += v * w1;
        t2 += v * w2;
        t3 += v * w3;
      }
      y[ys + j] = s0;
      y[ys + j + 1] = s1;
      y[ys + j + 2] = s2;
      y[ys + j + 3] = s3;
      y[yt + j] = t0;
      y[yt + j + 1] = t1;
      y[yt + j + 2] = t2;
      y[yt + j + 3] = t3;
    }
    for (let j = tiled; j < outputs; j++) {
      y[ys + j] = affineElement(x, xs, inputs, p, w + j, outputs, p[b + j]!);
      y[yt + j] = affineElement(x, xt, inputs, p, w + j, outputs, p[b + j]!);
    }
  }
  if (evenRows === rows) return;
  for (let j = 0; j < outputs; j++) {
    y[evenRows * outputs + j] = affineElement(x, evenRows * inputs, inputs, p, w + j, outputs, p[b + j]!);
  }
}

/** One element of `weightGradient`: column `i` of x times column `j` of delta. */
function columnProduct(
  x: Float64Array,
  xAt: number,
  inputs: number,
  delta: Float64Array,
  deltaAt: number,
  outputs: number,
  rows: number,
): number {
  let sum = 0;
  for (let r = 0, a = xAt, d = deltaAt; r < rows; r++, a += inputs, d += outputs) sum += x[a]! * delta[d]!;
  return sum;
}

/** dW = xᵀ delta into `gradient` from `w`, and db = column sums of delta from `b`. */
export function weightGradient(
  x: Float64Array,
  delta: Float64Array,
  rows: number,
  inputs: number,
  outputs: number,
  gradient: Float64Array,
  w: number,
  b: number,
): void {
  const evenInputs = inputs & ~1;
  const tiled = outputs & ~3;
  for (let i = 0; i < evenInputs; i += 2) {
    const ws = w + i * outputs;
    const wt = ws + outputs;
    for (let j = 0; j < tiled; j += 4) {
      let s0 = 0;
      let s1 = 0;
      let s2 = 0;
      let s3 = 0;
      let t0 = 0;
      let t1 = 0;
      let t2 = 0;
      let t3 = 0;
      for (let r = 0, a = i, d = j; r < rows; r++, a += inputs, d += outputs) {
        const u = x[a]!;
        const v = x[a + 1]!;
        const d0 = delta[d]!;
        const d1 = delta[d + 1]!;
        const d2 = delta[d + 2]!;
        const d3 = delta[d + 3]!;
        s0 += u * d0;
        s1 += u * d1;
        s2 += u * d2;
        s3 += u * d3;
        t0 += v * d0;
        t1 += v * d1;
        t2 += v * d2;
        t3 += v * d3;
      }
      gradient[ws + j] = s0;
      gradient[ws + j + 1] = s1;
      gradient[ws + j + 2] = s2;
      gradient[ws + j + 3] = s3;
      gradient[wt + j] = t0;
      gradient[wt + j + 1] = t1;
      gradient[wt + j + 2] = t2;
      gradient[wt + j + 3] = t3;
    }
    for (let j = tiled; j < outputs; j++) {
      gradient[ws + j] = columnProduct(x, i, inputs, delta, j, outputs, rows);
      gradient[wt + j] = columnProduct(x, i + 1, inputs, delta, j, outputs, rows);
    }
  }
  if (evenInputs !== inputs) {
    for (let j = 0; j < outputs; j++) {
      gradient[w + evenInputs * outputs + j] = columnProduct(x, evenInputs, inputs, delta, j, outputs, rows);
    }
  }
  for (let j = 0; j < outputs; j++) {
    let sum = 0;
    for (let r = 0, d = j; r < rows; r++, d += outputs) sum += delta[d]!;
    gradient[b + j] = sum;
  }
}

/** One element of `inputGradient`: a row of delta times a row of W. */
function rowProduct(
  delta: Float64Array,
  deltaAt: number,
  p: Float64Array,
  wAt: number,
  outputs: number,
): number {
  let sum = 0;
  for (let j = 0; j < outputs; j++) sum += delta[deltaAt + j]! * p[wAt + j]!;
  return sum;
}

/** dx = delta Wᵀ; dx is rows × inputs. */
export function inputGradient(
  delta: Float64Array,
  rows: number,
  outputs: number,
  p: Float64Array,
  w: number,
  inputs: number,
  dx: Float64Array,
): void {
  const evenRows = rows & ~1;
  const tiled = inputs & ~3;
  for (let r = 0; r < evenRows; r += 2) {
    const ds = r * outputs;
    const dt = ds + outputs;
    const xs = r * inputs;
    const xt = xs + inputs;
    for (let i = 0; i < tiled; i += 4) {
      const k0 = w + i * outputs;
      const k1 = k0 + outputs;
      const k2 = k1 + outputs;
      const k3 = k2 + outputs;
      let s0 = 0;
      let s1 = 0;
      let s2 = 0;
      let s3 = 0;
      let t0 = 0;
      let t1 = 0;
      let t2 = 0;
      let t3 = 0;
      for (let j = 0; j < outputs; j++) {
        const u = delta[ds + j]!;
        const v = delta[dt + j]!;
        const w0 = p[k0 + j]!;
        const w1 = p[k1 + j]!;
        const w2 = p[k2 + j]!;
        const w3 = p[k3 + j]!;
        s0 += u * w0;
        s1 += u * w1;
        s2 += u * w2;
        s3 += u * w3;
        t0 += v * w0;
        t1 += v * w1;
        t2 += v * w2;
        t3 += v * w3;
      }
      dx[xs + i] = s0;
      dx[xs + i + 1] = s1;
      dx[xs + i + 2] = s2;
      dx[xs + i + 3] = s3;
      dx[xt + i] = t0;
      dx[xt + i + 1] = t1;
      dx[xt + i + 2] = t2;
      dx[xt + i + 3] = t3;
    }
    for (let i = tiled; i < inputs; i++) {
      dx[xs + i] = rowProduct(delta, ds, p, w + i * outputs, outputs);
      dx[xt + i] = rowProduct(delta, dt, p, w + i * outputs, outputs);
    }
  }
  if (evenRows === rows) return;
  for (let i = 0; i < inputs; i++) {
    dx[evenRows * inputs + i] = rowProduct(delta, evenRows * outputs, p, w + i * outputs, outputs);
  }
}

/** tanh of the first `count` values, in place. */
export function applyTanh(values: Float64Array, count: number): void {
  for (let k = 0; k < count; k++) values[k] = Math.tanh(values[k]!);
}

/** Multiplies a gradient by tanh' = 1 − a², where `activations` a are tanh's results. */
export function multiplyByTanhSlope(gradient: Float64Array, activations: Float64Array, count: number): void {
  for (let k = 0; k < count; k++) {
    const a = activations[k]!;
    gradient[k] = gradient[k]! * (1 - a * a);
  }
}
