import { type AutoencoderShape, type Layers, layersOf, parameterCount } from './architecture.js';
import { affine, applyTanh, inputGradient, multiplyByTanhSlope, weightGradient } from './dense-kernels.js';

/** Work space for up to `capacity` rows at a time: nothing is allocated while rows pass through. */
export interface Network {
  readonly shape: AutoencoderShape;
  readonly capacity: number;
  /** Outputs of the four layers after `forward`, rows × width; what lies beyond the rows given is stale. */
  readonly outputs: readonly [Float64Array, Float64Array, Float64Array, Float64Array];
  /** Gradient of the loss by every parameter, after `backward`. */
  readonly gradient: Float64Array;
  /** Runs `rows` rows of input through the first `depth` layers (2 = to the embedding, 4 = all). */
  forward(parameters: Float64Array, x: Float64Array, rows: number, depth: 2 | 4): void;
  /** After a whole `forward` of the same rows: fills `gradient` and returns the mean squared error to `target`. */
  backward(parameters: Float64Array, x: Float64Array, target: Float64Array, rows: number): number;
}

/** Sum of squared differences of the first `count` values. */
export function squaredError(a: Float64Array, b: Float64Array, count: number): number {
  let sum = 0;
  for (let k = 0; k < count; k++) {
    const difference = a[k]! - b[k]!;
    sum += difference * difference;
  }
  return sum;
}

export function createNetwork(shape: AutoencoderShape, capacity: number): Network {
  const layers: Layers = layersOf(shape);
  const buffer = (width: number): Float64Array => new Float64Array(capacity * width);
  const buffers = (): [Float64Array, Float64Array, Float64Array, Float64Array] => [
    buffer(layers[0].outputWidth),
    buffer(layers[1].outputWidth),
    buffer(layers[2].outputWidth),
    buffer(layers[3].outputWidth),
  ];
  const outputs = buffers();
  const deltas = buffers();
  const gradient = new Float64Array(parameterCount(shape));

  return {
    shape,
    capacity,
    outputs,
    gradient,
    forward(parameters, x, rows, depth) {
      let from = x;
      for (let l = 0; l < depth; l++) {
        const { inputWidth, outputWidth, kernel, bias, activation } = layers[l]!;
        const to = outputs[l]!;
        affine(from, rows, inputWidth, parameters, kernel, bias, outputWidth, to);
        if (activation === 'tanh') applyTanh(to, rows * outputWidth);
        from = to;
      }
    },
    backward(parameters, x, target, rows) {
      const count = rows * shape.inputWidth;
      const [, , , reconstruction] = outputs;
      const outermost = deltas[3];
      const scale = 2 / count;
      for (let k = 0; k < count; k++) outermost[k] = scale * (reconstruction[k]! - target[k]!);
      for (let l = 3; l >= 0; l--) {
        const { inputWidth, outputWidth, kernel, bias } = layers[l]!;
        const from = l === 0 ? x : outputs[l - 1]!;
        weightGradient(from, deltas[l]!, rows, inputWidth, outputWidth, gradient, kernel, bias);
        if (l === 0) break;
        inputGradient(deltas[l]!, rows, outputWidth, parameters, kernel, inputWidth, deltas[l - 1]!);
        if (layers[l - 1]!.activation === 'tanh') {
          multiplyByTanhSlope(deltas[l - 1]!, outputs[l - 1]!, rows * inputWidth);
        }
      }
      return squaredError(reconstruction, target, count) / count;
    },
  };
}
