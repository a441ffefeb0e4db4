import { usualSettings } from '../shared/clustering/density-settings.js';
import { clustersColumns } from './clusters-table.js';
import { describeStructure } from './describe-structure.js';
import { writeTable } from './parquet-io.js';
import { openRunFolder } from './run-folder.js';
import { readScaledSpace } from './scaled-space.js';
import { type Stage } from './stage-of.js';

/** The baseline: HDBSCAN on the scaled classic features, as it comes. */
export const clusterRaw: Stage<'clusterRaw'> = async (tools, { run, files }) => {
  const folder = openRunFolder(tools, run, files);
  const { shopIds, matrix } = await readScaledSpace(tools, folder, 'classic');
  const clustered = await tools.compute.run(
    'clusterSpace',
    {
      points: matrix,
      settings: usualSettings(run.config.hdbscan),
      softAssignment: undefined,
      threads: tools.duckDb.threads,
    },
    tools,
  );
  const table = 'stages/clusters-raw.parquet';
  return {
    files: {
      'hdbscan-raw.json.gz': await folder.write('hdbscan-raw.json.gz', clustered.model),
      [table]: await writeTable(tools, folder, table, clustersColumns({ shopIds, ...clustered })),
    },
    metrics: clustered.metrics,
    detail: describeStructure(clustered.metrics),
  };
};
