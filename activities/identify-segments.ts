import { usualSettings } from '../shared/clustering/density-settings.js';
import { softAssignmentModelSchema } from '../shared/clustering/soft-assignment.js';
import { nameOverridesKey, parseNameOverrides } from '../shared/identity/name-overrides.js';
import { parseSegmentsFile } from '../shared/identity/segments-file.js';
import { type Reference } from '../shared/contracts/reference.js';
import { type IdentifiedRetailers, type IdentifyRequest } from '../shared/identity/identify-run.js';
import { type WaitingMove } from '../shared/identity/waiting-moves.js';
import { texts, valuesOf } from '../shared/tabular/column.js';
import { type Column } from '../shared/tabular/column.js';
import { writeCsv } from '../shared/tabular/csv.js';
import path from 'node:path';
import { readSettings } from './cluster-with-settings.js';
import { type ClustersTable, clustersOf } from './clusters-table.js';
import { latentOf, matrixColumns } from './latent-table.js';
import { readMonths } from './months-table.js';
import { readTable, writeTable } from './parquet-io.js';
import { openStoredRun } from './previous-run.js';
import { openRunFolder, type RunFolder } from './run-folder.js';
import { readScaledSpace } from './scaled-space.js';
import { type Stage } from './stage-of.js';
import { type StageTools } from './stage-tools.js';

/** Chooses the method of record, gives its clusters lasting identities, and writes the assignments. */
export const identifySegments: Stage<'identifySegments'> = async (tools, { run, files, previous }) => {
  const folder = openRunFolder(tools, run, files);
  const { latent, shopIds } = latentOf(await readTable(tools, folder, 'stages/latent.parquet'));
  const { matrix: scaled, features } = await readScaledSpace(
    tools,
    folder,
    run.config.features.representation,
  );
  const clusters = async (space: string): Promise<ClustersTable> =>
    clustersOf(await readTable(tools, folder, `stages/clusters-${space}.parquet`));
  const soft: unknown = JSON.parse(
    new TextDecoder().decode(await folder.read('stages/soft-assignment.json')),
  );
  const named = await tools.openStore(run.store).read(nameOverridesKey);
  const hdbscan = await clusters('latent');
  const mixtureModel = await folder.read('mixture.json.gz');
  const structureTest = await tools.compute.run(
    'assessStructure',
    {
      latent,
      scaled,
      hdbscanLabels: hdbscan.labels,
      mixtureModel,
      // A run that a worker of an earlier version began has clusters by the usual ones.
      settings: (await readSettings(folder, 'latent')) ?? usualSettings(run.config.hdbscan),
      config: run.config,
      threads: tools.duckDb.threads,
    },
    tools,
  );
  const identified = await tools.compute.run(
    'identifyRun',
    {
      asOf: run.asOf,
      config: run.config,
      shopIds,
      latent,
      scaled,
      featureNames: features,
      hdbscan,
      softAssignment: softAssignmentModelSchema.parse(soft),
      mixture: await clusters('mixture'),
      mixtureModel,
      structureTest,
      months: await readMonths(tools, folder, run.asOf),
      nameOverrides: named && parseNameOverrides(named.bytes, `${run.store}/${nameOverridesKey}`),
      previous:
        previous && (await previousSegments(tools, (await openStoredRun(tools, run.store, previous)).folder)),
    },
    tools,
  );
  const raw = folder.has('stages/clusters-raw.parquet') ? await clusters('raw') : undefined;
  const none = (): Float64Array => new Float64Array(shopIds.length).fill(NaN);
  const columns: Column[] = [
    { name: 'shop_id', type: 'text', values: shopIds },
    { name: 'segment_id', type: 'text', values: identified.segmentIds },
    { name: 'cluster', type: 'int', values: identified.clusters },
    { name: 'strength', type: 'double', values: identified.strengths },
    { name: 'outlier_score', type: 'double', values: identified.outlierScores },
    { name: 'hard_cluster', type: 'int', values: identified.hardClusters },
    { name: 'previous_segment_id', type: 'text', values: identified.previousSegmentIds },
    // Without the baseline its columns are there and empty: the file's layout does not depend on the config.
    raw
      ? { name: 'raw_cluster', type: 'int', values: raw.labels }
      : { name: 'raw_cluster', type: 'double', values: none() },
    { name: 'raw_strength', type: 'double', values: raw?.strengths ?? none() },
    ...matrixColumns('latent_', latent),
  ];
  const csv = path.join(tools.scratch, 'assignments.csv');
  await writeCsv(csv, columns);
  const waiting = [...identified.waiting];
  const waitingMoves = 'stages/waiting-moves.parquet';
  const segmentIds = [...new Set(identified.segmentIds.filter((id) => id !== null))].sort();
  const { method, choice, born, retired, held, changed } = identified;
  return {
    files: {
      'assignments.parquet': await writeTable(tools, folder, 'assignments.parquet', columns),
      'assignments.csv': await folder.put('assignments.csv', csv, shopIds.length),
      [waitingMoves]: await writeTable(tools, folder, waitingMoves, [
        { name: 'shop_id', type: 'text', values: waiting.map(([id]) => id) },
        { name: 'segment_id', type: 'text', values: waiting.map(([, { segmentId }]) => segmentId) },
        { name: 'runs', type: 'int', values: Int32Array.from(waiting, ([, { runs }]) => runs) },
      ]),
      'behaviour_changes.csv': await putChanges(tools, folder, identified.changed),
      'segments.json': await folder.write('segments.json', `${JSON.stringify(identified.file, null, 2)}\n`),
    },
    method,
    methodReasons: choice.reasons,
    metrics: identified.metrics,
    segmentIds,
    structureTest,
    bootstrapJaccard: Object.fromEntries(identified.bootstrapJaccard),
    detail:
      `${segmentIds.length} segments by ${method}` +
      (born.length > 0 ? `, new ${born.join(' ')}` : '') +
      (retired.length > 0 ? `, gone ${retired.join(' ')}` : '') +
      (held > 0 ? `, ${held} retailers held back` : '') +
      (changed.length > 0 ? `, ${changed.length} changed behaviour` : ''),
  };
};

async function putChanges(
  tools: StageTools,
  folder: RunFolder,
  changed: IdentifiedRetailers['changed'],
): Promise<Reference> {
  const name = 'behaviour_changes.csv';
  const local = path.join(tools.scratch, name);
  await writeCsv(local, [
    { name: 'shop_id', type: 'text', values: changed.map(({ shopId }) => shopId) },
    { name: 'changed_in', type: 'text', values: changed.map(({ changedIn }) => changedIn) },
    { name: 'segment_id', type: 'text', values: changed.map(({ segmentId }) => segmentId) },
    { name: 'previous_segment_id', type: 'text', values: changed.map((each) => each.previousSegmentId) },
    { name: 'history_segment_id', type: 'text', values: changed.map((each) => each.historySegmentId) },
    { name: 'probability', type: 'double', values: Float64Array.from(changed, (each) => each.probability) },
    {
      name: 'segment_probability',
      type: 'double',
      values: Float64Array.from(changed, (each) => each.segmentProbability),
    },
  ]);
  return await folder.put(name, local, changed.length);
}

async function previousSegments(
  tools: StageTools,
  folder: RunFolder,
): Promise<NonNullable<IdentifyRequest['previous']>> {
  const table = await readTable(tools, folder, 'assignments.parquet', ['shop_id', 'segment_id']);
  return {
    segments: parseSegmentsFile(await folder.read('segments.json')),
    shopIds: texts(table, 'shop_id'),
    segmentIds: valuesOf(table, 'segment_id', 'text'),
    waiting: await waitingMovesOf(tools, folder),
  };
}

async function waitingMovesOf(
  tools: StageTools,
  folder: RunFolder,
): Promise<ReadonlyMap<string, WaitingMove>> {
  const name = 'stages/waiting-moves.parquet';
  if (!folder.has(name)) return new Map();
  const table = await readTable(tools, folder, name);
  const segmentIds = texts(table, 'segment_id');
  const runs = valuesOf(table, 'runs', 'int');
  return new Map(texts(table, 'shop_id').map((id, i) => [id, { segmentId: segmentIds[i]!, runs: runs[i]! }]));
}
