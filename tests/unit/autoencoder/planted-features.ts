import { type Autoencoder } from '../../../shared/autoencoder/autoencoder.js';
import { type TrainingRequest } from '../../../shared/autoencoder/train.js';
import { autoencoderConfigSchema, type Config } from '../../../shared/contracts/config.js';
import { type Matrix, zeros } from '../../../shared/numeric/matrix.js';
import { seededRandom } from '../../../shared/numeric/seeded-random.js';

/** Rows of three planted behaviours on two latent axes, with noise, within ±3. */
export function plantedFeatures(rows: number, columns: number, seed = 1): Matrix {
  const random = seededRandom(seed, 'test/planted-features');
  const input = zeros(rows, columns);
  for (let i = 0; i < rows; i++) {
    const [a, b, behaviour] = [random.normal(), random.normal(), random.integer(3)];
    for (let j = 0; j < columns; j++) {
      // Loadings without sin and cos, whose last bit is the engine's own.
      const shared = (a * (((7 * j) % 5) - 2)) / 2 + (b * (((3 * j) % 7) - 3)) / 3;
      const value = shared + (j % 3 === behaviour ? 1 : 0) + 0.2 * random.normal();
      input.data[i * columns + j] = Math.max(-3, Math.min(3, value));
    }
  }
  return input;
}

export function shopIdsOf(rows: number): string[] {
  return Array.from({ length: rows }, (_, i) => `shop-${String(i).padStart(5, '0')}`);
}

export function featureNamesOf(columns: number): string[] {
  return Array.from({ length: columns }, (_, j) => `feature_${j}`);
}

export function autoencoderConfig(overrides: Partial<Config['autoencoder']> = {}): Config['autoencoder'] {
  return autoencoderConfigSchema.parse({
    hiddenWidth: 8,
    latentWidth: 2,
    batchSize: 32,
    coldEpochs: 4,
    ...overrides,
  });
}

/** A training of `rows` × `columns` planted features that takes milliseconds. */
export function trainingRequest(
  rows: number,
  columns: number,
  config: Partial<Config['autoencoder']> = {},
): TrainingRequest {
  return {
    input: plantedFeatures(rows, columns),
    shopIds: shopIdsOf(rows),
    featureNames: featureNamesOf(columns),
    config: autoencoderConfig(config),
    seed: 42,
  };
}

/** The bytes of a model's weights, for comparison. */
export function weightBytes({ parameters }: Autoencoder): string {
  return Buffer.from(parameters.buffer, parameters.byteOffset, parameters.byteLength).toString('hex');
}
