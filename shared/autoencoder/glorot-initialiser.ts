import { seededRandom } from '../numeric/seeded-random.js';
import { type AutoencoderShape, layersOf, parameterCount } from './architecture.js';
import { roundToFloat32 } from './autoencoder.js';

/**
 * Kernels uniform in ±√(6 / (in + out)), biases 0 (Glorot and Bengio 2010), a stream for each layer.
 * Float32 numbers, so that every backend starts from the same ones.
 */
export function initialParameters(shape: AutoencoderShape, seed: number): Float64Array {
  const parameters = new Float64Array(parameterCount(shape));
  for (const { name, kernel, bias, inputWidth, outputWidth } of layersOf(shape)) {
    const random = seededRandom(seed, `autoencoder/initial/${name}`);
    const limit = Math.sqrt(6 / (inputWidth + outputWidth));
    for (let k = kernel; k < bias; k++) parameters[k] = limit * (2 * random.uniform() - 1);
  }
  return roundToFloat32(parameters);
}
