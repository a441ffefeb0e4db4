import { type Autoencoder } from '../shared/autoencoder/autoencoder.js';
import { loadAutoencoder } from '../shared/autoencoder/load-autoencoder.js';
import { lossCsv } from '../shared/autoencoder/loss-csv.js';
import { saveAutoencoder } from '../shared/autoencoder/save-autoencoder.js';
import { lossPlotPng } from '../shared/report/loss-plot.js';
import { openStoredRun } from './previous-run.js';
import { openRunFolder, type RunFolder } from './run-folder.js';
import { readScaledSpace } from './scaled-space.js';
import { type Stage } from './stage-of.js';
import { TrainingCheckpoints } from './training-checkpoints.js';

/** Trains the representation, from the previous run's weights where they fit; resumes at the epoch after a lost worker. */
export const trainAutoencoder: Stage<'trainAutoencoder'> = async (tools, { run, files, previous }) => {
  const folder = openRunFolder(tools, run, files);
  const { shopIds, features, matrix } = await readScaledSpace(
    tools,
    folder,
    run.config.features.representation,
  );
  const { autoencoder: config, seed } = run.config;
  const initial =
    config.warmStart && previous !== undefined
      ? await loadModel((await openStoredRun(tools, run.store, previous)).folder)
      : undefined;
  const checkpoints = new TrainingCheckpoints(tools, run);
  const checkpoint = await checkpoints.last();
  const trained = await tools.compute
    .run(
      'trainAutoencoder',
      { input: matrix, shopIds, featureNames: features, config, seed, initial, checkpoint },
      {
        signal: tools.signal,
        onProgress: tools.onProgress,
        onCheckpoint: (bytes) => checkpoints.keep(bytes),
      },
    )
    .finally(() => checkpoints.settle());
  const { modelJson, weightsBin } = saveAutoencoder(trained.model);
  const best = trained.losses[trained.bestEpoch - 1]!;
  const written = {
    'autoencoder/model.json': await folder.write('autoencoder/model.json', modelJson),
    'autoencoder/weights.bin': await folder.write('autoencoder/weights.bin', weightsBin),
    'loss.csv': await folder.write('loss.csv', lossCsv(trained.losses), trained.losses.length),
    'loss-plot.png': await folder.write('loss-plot.png', lossPlotPng(trained.losses, trained.bestEpoch)),
  };
  await checkpoints.clear();
  return {
    files: written,
    backend: config.backend,
    epochs: trained.losses.length,
    bestEpoch: trained.bestEpoch,
    warm: trained.warm,
    trainLoss: best.train,
    validationLoss: best.validation,
    detail: `${trained.warm ? 'warm' : 'cold'}, ${trained.losses.length} epochs, loss ${(best.validation ?? best.train).toFixed(4)}`,
  };
};

/** A run's trained model. */
export async function loadModel(folder: RunFolder): Promise<Autoencoder> {
  return loadAutoencoder(
    await folder.read('autoencoder/model.json'),
    await folder.read('autoencoder/weights.bin'),
  );
}
