import { fitPca, projectPca } from '../shared/controls/pca.js';
import { untrainedAutoencoder } from '../shared/controls/untrained-autoencoder.js';
import { type Matrix } from '../shared/numeric/matrix.js';
import { clustersColumns } from './clusters-table.js';
import { writeTable } from './parquet-io.js';
import { openRunFolder } from './run-folder.js';
import { readScaledSpace } from './scaled-space.js';
import { type Stage } from './stage-of.js';

/**
 * The controls: the same clustering on PCA of the latent width, and on the encoder before training. A representation
 * that does not beat them has learnt nothing.
 */
export const controls: Stage<'controls'> = async (tools, { run, files }) => {
  const folder = openRunFolder(tools, run, files);
  const { shopIds, features, matrix } = await readScaledSpace(
    tools,
    folder,
    run.config.features.representation,
  );
  const { hdbscan, softAssignment, autoencoder, seed } = run.config;
  const width = Math.min(autoencoder.latentWidth, matrix.columns);
  const untrained = untrainedAutoencoder(features, autoencoder, seed);

  const cluster = (points: Matrix) =>
    tools.compute.run(
      'clusterSpace',
      { points, config: hdbscan, softAssignment, threads: tools.duckDb.threads },
      tools,
    );
  const pca = await cluster(projectPca(fitPca(matrix, width), matrix));
  const { latent } = await tools.compute.run('encode', { model: untrained, input: matrix }, tools);
  const blind = await cluster(latent);

  const write = async (name: string, clustered: typeof pca) => ({
    [name]: await writeTable(tools, folder, name, clustersColumns({ shopIds, ...clustered })),
  });
  return {
    files: {
      ...(await write('stages/clusters-pca.parquet', pca)),
      ...(await write('stages/clusters-untrained.parquet', blind)),
    },
    pca: pca.metrics,
    untrained: blind.metrics,
    detail: `PCA ${pca.metrics.clusters} clusters, untrained ${blind.metrics.clusters}`,
  };
};
