import { type Config } from '../contracts/config.js';
import { type AutoencoderShape, describeShape, sameShape } from './architecture.js';
import { type Autoencoder } from './autoencoder.js';
import { initialParameters } from './glorot-initialiser.js';

export interface StartingPoint {
  readonly parameters: Float64Array;
  /** Whether the weights are another model's. */
  readonly warm: boolean;
  /** Why the model offered was not used; undefined where none was offered, or it was used. */
  readonly coldReason: string | undefined;
}

/** The weights of `initial` where they fit the model to be trained; else fresh ones, with the reason. */
export function startingPoint(
  shape: AutoencoderShape,
  featureNames: readonly string[],
  config: Config['autoencoder'],
  seed: number,
  initial: Autoencoder | undefined,
): StartingPoint {
  const cold = (coldReason?: string): StartingPoint => ({
    parameters: initialParameters(shape, seed),
    warm: false,
    coldReason,
  });
  if (initial === undefined) return cold();
  if (!config.warmStart) return cold('autoencoder.warmStart is false');
  if (!sameShape(initial.shape, shape)) {
    return cold(
      `the model to start from is ${describeShape(initial.shape)}, this one ${describeShape(shape)}`,
    );
  }
  const other = featureNames.findIndex((name, j) => initial.featureNames[j] !== name);
  if (other >= 0) {
    return cold(
      `feature ${other} of the model to start from is ${initial.featureNames[other]}, of this one ${featureNames[other]}`,
    );
  }
  return { parameters: initial.parameters, warm: true, coldReason: undefined };
}
