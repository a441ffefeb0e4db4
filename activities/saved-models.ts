import { parseSegmentsFile } from '../shared/identity/segments-file.js';
import { type SavedModels } from '../shared/scoring/attribute-models.js';
import { type RunFolder } from './run-folder.js';

/** Everything of a run that it takes to put retailers into its segments, their scaling apart. */
export async function savedModels(folder: RunFolder): Promise<SavedModels> {
  return {
    autoencoder: {
      modelJson: await folder.read('autoencoder/model.json'),
      weightsBin: await folder.read('autoencoder/weights.bin'),
    },
    hdbscan: await folder.read('hdbscan-latent.json.gz'),
    mixture: await folder.read('mixture.json.gz'),
    segments: parseSegmentsFile(await folder.read('segments.json')),
  };
}
