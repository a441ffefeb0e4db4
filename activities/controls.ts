import { fitPca, projectPca } from '../shared/controls/pca.js';
import { untrainedAutoencoder } from '../shared/controls/untrained-autoencoder.js';
import { type Matrix } from '../shared/numeric/matrix.js';
import { clusterWithSettings } from './cluster-with-settings.js';
import { readMonths } from './months-table.js';
import { openRunFolder } from './run-folder.js';
import { readScaledSpace } from './scaled-space.js';
import { type Stage } from './stage-of.js';

/**
 * The controls: the same clustering on PCA of the latent width, and on the encoder before training. A representation
 * that does not beat them has learnt nothing.
 */
export const controls: Stage<'controls'> = async (tools, { run, files, previous }) => {
  const folder = openRunFolder(tools, run, files);
  const { shopIds, features, matrix } = await readScaledSpace(
    tools,
    folder,
    run.config.features.representation,
  );
  const { autoencoder, seed } = run.config;
  const width = Math.min(autoencoder.latentWidth, matrix.columns);
  const untrained = untrainedAutoencoder(features, autoencoder, seed);

  const months = await readMonths(tools, folder, run.asOf);
  const cluster = (space: 'pca' | 'untrained', points: Matrix) =>
    clusterWithSettings(tools, { run, previous, space, shopIds, points, months });
  const pca = await cluster('pca', projectPca(fitPca(matrix, width), matrix));
  const { latent } = await tools.compute.run('encode', { model: untrained, input: matrix }, tools);
  const blind = await cluster('untrained', latent);
  return {
    files: { ...pca.files, ...blind.files },
    pca: pca.clustered.metrics,
    untrained: blind.clustered.metrics,
    detail: `PCA ${pca.clustered.metrics.clusters} clusters, untrained ${blind.clustered.metrics.clusters}`,
  };
};
