import { clustersColumns } from './clusters-table.js';
import { describeStructure } from './describe-structure.js';
import { latentOf } from './latent-table.js';
import { readTable, writeTable } from './parquet-io.js';
import { openRunFolder } from './run-folder.js';
import { type Stage } from './stage-of.js';

/** HDBSCAN in the latent space, then soft assignment of the noise near a cluster. */
export const clusterLatent: Stage<'clusterLatent'> = async (tools, { run, files }) => {
  const folder = openRunFolder(tools, run, files);
  const { shopIds, latent } = latentOf(await readTable(tools, folder, 'stages/latent.parquet'));
  const { hdbscan, softAssignment } = run.config;
  const clustered = await tools.compute.run(
    'clusterSpace',
    { points: latent, config: hdbscan, softAssignment, threads: tools.duckDb.threads },
    tools,
  );
  const table = 'stages/clusters-latent.parquet';
  return {
    files: {
      'hdbscan-latent.json.gz': await folder.write('hdbscan-latent.json.gz', clustered.model),
      'stages/soft-assignment.json': await folder.write(
        'stages/soft-assignment.json',
        `${JSON.stringify(clustered.softAssignment)}\n`,
      ),
      [table]: await writeTable(tools, folder, table, clustersColumns({ shopIds, ...clustered })),
    },
    metrics: clustered.metrics,
    hardMetrics: clustered.hardMetrics,
    detail: describeStructure(clustered.metrics),
  };
};
