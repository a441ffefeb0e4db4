import { type AutoencoderShape } from './architecture.js';

/**
 * A model ready for use. `parameters` (see `layersOf` for their layout) are whole float32 numbers held in
 * float64, so that saving and loading changes nothing.
 */
export interface Autoencoder {
  readonly shape: AutoencoderShape;
  readonly parameters: Float64Array;
  /** The input's columns, in order. */
  readonly featureNames: readonly string[];
}

/** Nearest float32 of each value. */
export function roundToFloat32(values: Float64Array): Float64Array {
  return values.map((value) => Math.fround(value));
}
