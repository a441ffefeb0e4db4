import { SegmentsError } from '../../errors.js';
import { type Matrix } from '../../numeric/matrix.js';

/**
 * Refuses a matrix that has no distances: wrong length, no rows, no columns, NaN or infinite numbers, or numbers so
 * large that a distance would overflow.
 * @throws SegmentsError InvalidMatrix with the numbers found.
 */
export function checkPoints({ data, rows, columns }: Matrix): void {
  if (!Number.isInteger(rows) || !Number.isInteger(columns) || data.length !== rows * columns) {
    refuse(
      `A matrix of ${rows} × ${columns} has ${data.length} numbers.`,
      'Hand over rows × columns numbers, row after row.',
    );
  }
  if (rows < 1 || columns < 1) {
    refuse(`A matrix of ${rows} × ${columns} has no points.`, 'Hand over at least one row and one column.');
  }
  let unusable = 0;
  let first = -1;
  for (let i = 0; i < data.length; i++) {
    if (!(Math.abs(data[i]!) <= largestCoordinate)) {
      if (first < 0) first = i;
      unusable++;
    }
  }
  if (unusable > 0) {
    refuse(
      `${unusable} of ${data.length} numbers are NaN, infinite or beyond ±${largestCoordinate}; ` +
        `the first is ${data[first]} in row ${Math.floor(first / columns)}, column ${first % columns}.`,
      'Impute, drop or rescale such numbers before clustering.',
    );
  }
}

/** Squares of differences of such numbers, summed over many columns, stay finite. */
const largestCoordinate = 1e150;

function refuse(message: string, remedy: string): never {
  throw new SegmentsError('InvalidMatrix', message, { where: 'points', remedy });
}
