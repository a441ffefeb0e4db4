import { monthsWeight } from '../shared/courses/months-weight.js';
import { clustersColumns } from './clusters-table.js';
import { describeStructure } from './describe-structure.js';
import { writeTable } from './parquet-io.js';
import { readMonths } from './months-table.js';
import { openStoredRun } from './previous-run.js';
import { openRunFolder } from './run-folder.js';
import { readScaledSpace } from './scaled-space.js';
import { type Stage } from './stage-of.js';

/** A Gaussian mixture on the scaled features of the representation, continuing the previous run's where it can. */
export const clusterMixture: Stage<'clusterMixture'> = async (tools, { run, files, previous }) => {
  const folder = openRunFolder(tools, run, files);
  const { shopIds, features, matrix } = await readScaledSpace(
    tools,
    folder,
    run.config.features.representation,
  );
  const months = await readMonths(tools, folder, run.asOf);
  const before = previous && (await openStoredRun(tools, run.store, previous)).folder;
  const clustered = await tools.compute.run(
    'clusterByMixture',
    {
      input: matrix,
      featureNames: features,
      config: run.config.mixture,
      seed: run.config.seed,
      beside: months && { months, weight: monthsWeight(run.config.courses, 'mixture') },
      previous: await before?.read('mixture.json.gz'),
    },
    tools,
  );
  const table = 'stages/clusters-mixture.parquet';
  return {
    files: {
      'mixture.json.gz': await folder.write('mixture.json.gz', clustered.model),
      [table]: await writeTable(
        tools,
        folder,
        table,
        clustersColumns({ shopIds, ...clustered, hardLabels: clustered.labels }),
      ),
    },
    metrics: clustered.metrics,
    detail: `${clustered.start}, ${describeStructure(clustered.metrics)}`,
  };
};
