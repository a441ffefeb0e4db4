import { z } from 'zod';
import { type AutoencoderShape, layersOf, latentLayer } from './architecture.js';

/** The version of what this product writes into `userDefinedMetadata`. */
export const formatVersion = 1;
/** The version of TensorFlow.js whose layers format, and whose Keras names, are written. */
const tfjsVersion = '4.22.0';

/** The name under which `weights.bin` stands beside `model.json`. */
export const weightsFile = 'weights.bin';

export interface WeightSpec {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: 'float32';
}

/** The eight weights in the order in which weights.bin holds them, which is that of the flat parameters. */
export function weightSpecs(shape: AutoencoderShape): WeightSpec[] {
  return layersOf(shape).flatMap(({ name, inputWidth, outputWidth }): WeightSpec[] => [
    { name: `${name}/kernel`, shape: [inputWidth, outputWidth], dtype: 'float32' },
    { name: `${name}/bias`, shape: [outputWidth], dtype: 'float32' },
  ]);
}

/** model.json of the TensorFlow.js layers format, as an object. */
export function layersModelJson(
  shape: AutoencoderShape,
  featureNames: readonly string[],
  weightsSha256: string,
): object {
  const layers = layersOf(shape).map(({ name, outputWidth, inputWidth, activation }, l) => ({
    class_name: 'Dense',
    config: {
      name,
      trainable: true,
      ...(l === 0 ? { batch_input_shape: [null, inputWidth] } : {}),
      dtype: 'float32',
      units: outputWidth,
      activation,
      use_bias: true,
      kernel_initializer: {
        class_name: 'VarianceScaling',
        config: { scale: 1, mode: 'fan_avg', distribution: 'uniform', seed: null },
      },
      bias_initializer: { class_name: 'Zeros', config: {} },
      kernel_regularizer: null,
      bias_regularizer: null,
      activity_regularizer: null,
      kernel_constraint: null,
      bias_constraint: null,
    },
  }));
  return {
    format: 'layers-model',
    generatedBy: 'stable-segments',
    convertedBy: null,
    modelTopology: {
      class_name: 'Sequential',
      config: { name: 'autoencoder', layers },
      keras_version: `tfjs-layers ${tfjsVersion}`,
      backend: 'tensor_flow.js',
    },
    weightsManifest: [{ paths: [weightsFile], weights: weightSpecs(shape) }],
    userDefinedMetadata: { formatVersion, ...shape, latentLayer, featureNames, weightsSha256 },
  };
}

const width = z.int().positive();

/** What is read back. Loose where TensorFlow.js may add keys of its own. */
export const layersModelSchema = z.looseObject({
  format: z.literal('layers-model'),
  modelTopology: z.looseObject({
    class_name: z.literal('Sequential'),
    config: z.looseObject({
      layers: z.array(
        z.looseObject({
          class_name: z.literal('Dense'),
          config: z.looseObject({
            name: z.string(),
            units: width,
            activation: z.string(),
            use_bias: z.literal(true),
          }),
        }),
      ),
    }),
  }),
  weightsManifest: z
    .array(
      z.looseObject({
        weights: z.array(z.looseObject({ name: z.string(), shape: z.array(width), dtype: z.string() })),
      }),
    )
    .length(1),
  userDefinedMetadata: z.looseObject({
    inputWidth: width,
    hiddenWidth: width,
    latentWidth: width,
    latentLayer: z.literal(latentLayer),
    featureNames: z.array(z.string()),
    weightsSha256: z.string(),
  }),
});
