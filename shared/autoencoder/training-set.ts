import { SegmentsError } from '../errors.js';
import { type Matrix, row, zeros } from '../numeric/matrix.js';
import { isHeldOut } from './holdout.js';

/** Rows in the order of shop_id, whatever order they came in. */
export interface TrainingSet {
  readonly training: Matrix;
  readonly validation: Matrix;
}

function gather(input: Matrix, indices: readonly number[]): Matrix {
  const gathered = zeros(indices.length, input.columns);
  indices.forEach((index, k) => gathered.data.set(row(input, index), k * input.columns));
  return gathered;
}

/** Splits by a hash of shop_id. Throws TooFewRetailers where nobody is left to learn from. */
export function splitTrainingSet(
  input: Matrix,
  shopIds: readonly string[],
  validationShare: number,
): TrainingSet {
  const order = Array.from(shopIds.keys()).sort((a, b) => {
    const [left, right] = [shopIds[a]!, shopIds[b]!];
    return left < right ? -1 : left > right ? 1 : a - b;
  });
  const heldOut = order.filter((index) => isHeldOut(shopIds[index]!, validationShare));
  const kept = order.filter((index) => !isHeldOut(shopIds[index]!, validationShare));
  if (kept.length === 0) {
    throw new SegmentsError(
      'TooFewRetailers',
      `of ${input.rows} retailers ${heldOut.length} are held out for validation and none is left to train on`,
      { where: 'autoencoder.validationShare', remedy: 'Give more retailers, or hold fewer out.' },
    );
  }
  return { training: gather(input, kept), validation: gather(input, heldOut) };
}
