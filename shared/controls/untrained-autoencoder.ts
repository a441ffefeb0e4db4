import { type Autoencoder } from '../autoencoder/autoencoder.js';
import { initialParameters } from '../autoencoder/glorot-initialiser.js';
import { type Config } from '../contracts/config.js';

/**
 * The model as it is before a cold training with the same config and seed: the control that shows whether the
 * training, rather than the architecture, makes the clusters.
 */
export function untrainedAutoencoder(
  featureNames: readonly string[],
  { hiddenWidth, latentWidth }: Pick<Config['autoencoder'], 'hiddenWidth' | 'latentWidth'>,
  seed: number,
): Autoencoder {
  const shape = { inputWidth: featureNames.length, hiddenWidth, latentWidth };
  return { shape, parameters: initialParameters(shape, seed), featureNames: [...featureNames] };
}
