import { latentColumns } from './latent-table.js';
import { writeTable } from './parquet-io.js';
import { openRunFolder } from './run-folder.js';
import { readScaledSpace } from './scaled-space.js';
import { type Stage } from './stage-of.js';
import { loadModel } from './train-autoencoder.js';

/** Embeds every retailer with the model as it was saved, not as it was in memory. */
export const encode: Stage<'encode'> = async (tools, { run, files }) => {
  const folder = openRunFolder(tools, run, files);
  const { shopIds, matrix } = await readScaledSpace(tools, folder, run.config.features.representation);
  const model = await loadModel(folder);
  const { latent, errors } = await tools.compute.run('encode', { model, input: matrix }, tools);
  const name = 'stages/latent.parquet';
  const meanReconstructionError = errors.reduce((sum, error) => sum + error, 0) / errors.length;
  return {
    files: { [name]: await writeTable(tools, folder, name, latentColumns({ shopIds, latent, errors })) },
    meanReconstructionError,
    detail: `${latent.columns} dimensions, mean error ${meanReconstructionError.toFixed(4)}`,
  };
};
