import { type Matrix } from '../numeric/matrix.js';

/**
 * The space in which the mixture is fitted: each scaled feature x as x / √(1 + x²/2), which leaves the middle as it is and
 * draws the tails in. Gaussian components spend themselves on skewed tails otherwise: of volume, or of the season of retailers
 * with few months. Fixed, so that months stay comparable.
 */
export function mixtureSpace(scaled: Matrix): Matrix {
  return { ...scaled, data: scaled.data.map((x) => x / Math.sqrt(1 + (x * x) / 2)) };
}
