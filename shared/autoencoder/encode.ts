import { type Matrix, zeros } from '../numeric/matrix.js';
import { layersOf } from './architecture.js';
import { type Autoencoder } from './autoencoder.js';
import { checkInput } from './check-input.js';
import { createNetwork } from './network.js';

const blockRows = 256;

/** Hands the output of layer `depth` to `take` a block of rows at a time. */
function forEachBlock(
  model: Autoencoder,
  input: Matrix,
  depth: 2 | 4,
  take: (output: Float64Array, x: Float64Array, firstRow: number, rows: number) => void,
): void {
  checkInput(input, model.featureNames);
  const network = createNetwork(model.shape, Math.max(1, Math.min(blockRows, input.rows)));
  for (let first = 0; first < input.rows; first += blockRows) {
    const rows = Math.min(blockRows, input.rows - first);
    const x = input.data.subarray(first * input.columns, (first + rows) * input.columns);
    network.forward(model.parameters, x, rows, depth);
    take(network.outputs[depth - 1]!, x, first, rows);
  }
}

function outputOf(model: Autoencoder, input: Matrix, depth: 2 | 4): Matrix {
  const result = zeros(input.rows, layersOf(model.shape)[depth - 1]!.outputWidth);
  forEachBlock(model, input, depth, (output, _x, first, rows) => {
    result.data.set(output.subarray(0, rows * result.columns), first * result.columns);
  });
  return result;
}

/** The embedding, rows × latentWidth. Throws InvalidMatrix on other columns than the model's, or NaN. */
export function encode(model: Autoencoder, input: Matrix): Matrix {
  return outputOf(model, input, 2);
}

/** What the model makes of the input, same shape. */
export function reconstruct(model: Autoencoder, input: Matrix): Matrix {
  return outputOf(model, input, 4);
}

/** Mean squared error of each row's reconstruction. */
export function reconstructionErrors(model: Autoencoder, input: Matrix): Float64Array {
  const errors = new Float64Array(input.rows);
  forEachBlock(model, input, 4, (output, x, first, rows) => {
    for (let r = 0; r < rows; r++) {
      let sum = 0;
      for (let k = r * input.columns; k < (r + 1) * input.columns; k++) sum += (output[k]! - x[k]!) ** 2;
      errors[first + r] = sum / input.columns;
    }
  });
  return errors;
}
