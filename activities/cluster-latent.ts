import { clusterWithSettings } from './cluster-with-settings.js';
import { describeStructure } from './describe-structure.js';
import { latentOf } from './latent-table.js';
import { readMonths } from './months-table.js';
import { readTable } from './parquet-io.js';
import { openRunFolder } from './run-folder.js';
import { type Stage } from './stage-of.js';

/** HDBSCAN in the latent space, by the settings that find its clusters again best, then soft assignment of the noise near a cluster. */
export const clusterLatent: Stage<'clusterLatent'> = async (tools, { run, files, previous }) => {
  const folder = openRunFolder(tools, run, files);
  const { shopIds, latent } = latentOf(await readTable(tools, folder, 'stages/latent.parquet'));
  const settled = await clusterWithSettings(tools, {
    run,
    previous,
    space: 'latent',
    shopIds,
    points: latent,
    months: await readMonths(tools, folder, run.asOf),
  });
  const { clustered } = settled;
  return {
    files: {
      ...settled.files,
      'hdbscan-latent.json.gz': await folder.write('hdbscan-latent.json.gz', clustered.model),
      'stages/soft-assignment.json': await folder.write(
        'stages/soft-assignment.json',
        `${JSON.stringify(clustered.softAssignment)}\n`,
      ),
    },
    metrics: clustered.metrics,
    hardMetrics: clustered.hardMetrics,
    detail: `${describeStructure(clustered.metrics)}; ${settled.words}`,
  };
};
