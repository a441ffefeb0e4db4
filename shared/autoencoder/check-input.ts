import { SegmentsError } from '../errors.js';
import { type Matrix } from '../numeric/matrix.js';

/** Throws InvalidMatrix unless `input` has `featureNames`' columns, at least one row, and only finite numbers. */
export function checkInput(
  input: Matrix,
  featureNames: readonly string[],
  shopIds?: readonly string[],
): void {
  const refuse = (message: string, remedy: string): never => {
    throw new SegmentsError('InvalidMatrix', message, { where: 'autoencoder input', remedy });
  };
  const { data, rows, columns } = input;
  if (columns !== featureNames.length || columns === 0) {
    refuse(
      `the input has ${columns} columns, the model ${featureNames.length} features (${featureNames.join(', ')})`,
      'Give the scaled features that the model was trained on, in their order.',
    );
  }
  if (data.length !== rows * columns) {
    refuse(
      `${rows} rows of ${columns} columns need ${rows * columns} numbers, found ${data.length}`,
      'Give a row-major matrix whose data fits its shape.',
    );
  }
  if (shopIds !== undefined && shopIds.length !== rows) {
    refuse(`${rows} rows came with ${shopIds.length} shop IDs`, 'Give one shop_id for each row.');
  }
  const bad = data.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    const r = Math.floor(bad / columns);
    const shop = shopIds === undefined ? '' : ` (shop_id ${shopIds[r]})`;
    refuse(
      `row ${r}${shop} has ${data[bad]} for ${featureNames[bad % columns]}; every number must be finite`,
      'Scale the features first: scaling fills missing values with the median.',
    );
  }
}
