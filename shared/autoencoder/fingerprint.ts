import { createHash } from 'node:crypto';
import { type Config } from '../contracts/config.js';
import { type TrainingSet } from './training-set.js';

/** Hex sha256 of all that determines a training: equal fingerprints train to equal models. */
export function trainingFingerprint(
  { training, validation }: TrainingSet,
  featureNames: readonly string[],
  config: Config['autoencoder'],
  seed: number,
  startingParameters: Float64Array,
  warm: boolean,
): string {
  const settings = Object.entries(config).sort(([a], [b]) => (a < b ? -1 : 1));
  const hash = createHash('sha256');
  hash.update(JSON.stringify({ seed, warm, settings, featureNames, rows: [training.rows, validation.rows] }));
  for (const { buffer, byteOffset, byteLength } of [startingParameters, training.data, validation.data]) {
    hash.update(new Uint8Array(buffer, byteOffset, byteLength));
  }
  return hash.digest('hex');
}
