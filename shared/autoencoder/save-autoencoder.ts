import { createHash } from 'node:crypto';
import { type Autoencoder } from './autoencoder.js';
import { layersModelJson } from './layers-model-json.js';

/** The two files of the TensorFlow.js layers format: `model.json` and the `weights.bin` that it names. */
export interface SavedAutoencoder {
  readonly modelJson: Uint8Array;
  readonly weightsBin: Uint8Array;
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Loses nothing: the parameters are float32 numbers, and the file holds them little-endian. */
export function saveAutoencoder({ shape, parameters, featureNames }: Autoencoder): SavedAutoencoder {
  const weightsBin = new Uint8Array(4 * parameters.length);
  const view = new DataView(weightsBin.buffer);
  parameters.forEach((value, k) => view.setFloat32(4 * k, value, true));
  const json = layersModelJson(shape, featureNames, sha256(weightsBin));
  return { modelJson: new TextEncoder().encode(`${JSON.stringify(json, null, 2)}\n`), weightsBin };
}
