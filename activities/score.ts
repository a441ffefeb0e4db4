import path from 'node:path';
import { type ScoredRetailers } from '../shared/scoring/score-retailers.js';
import { type Column, type Table, texts, valuesOf } from '../shared/tabular/column.js';
import { writeCsv } from '../shared/tabular/csv.js';
import { matrixColumns } from './latent-table.js';
import { readTable, writeTable } from './parquet-io.js';
import { openStoredRun } from './previous-run.js';
import { openRunFolder } from './run-folder.js';
import { savedModels } from './saved-models.js';
import { readScaledSpace } from './scaled-space.js';
import { type Stage } from './stage-of.js';
import { describeStructure } from './describe-structure.js';

/** Puts the eligible retailers into the model run's segments; those with too little history are listed with the reason. */
export const score: Stage<'score'> = async (tools, { run, files, model }) => {
  const folder = openRunFolder(tools, run, files);
  const { folder: trained } = await openStoredRun(tools, run.store, model);
  const { shopIds, matrix } = await readScaledSpace(
    tools,
    folder,
    run.config.features.representation,
    trained,
  );
  const scored = await tools.compute.run(
    'scoreRetailers',
    {
      scaled: matrix,
      ...(await savedModels(trained)),
    },
    tools,
  );
  const before = await readTable(tools, trained, 'assignments.parquet', ['shop_id', 'segment_id']);
  const judged = await readTable(tools, folder, 'eligibility.parquet', ['shop_id', 'reason']);
  const columns = assignmentColumns(judged, shopIds, scored, before);
  const csv = path.join(tools.scratch, 'assignments.csv');
  await writeCsv(csv, columns);
  return {
    files: {
      'assignments.parquet': await writeTable(tools, folder, 'assignments.parquet', columns),
      'assignments.csv': await folder.put('assignments.csv', csv, judged.rows),
    },
    retailers: judged.rows,
    scored: shopIds.length,
    tooYoung: judged.rows - shopIds.length,
    metrics: scored.metrics,
    detail: `${shopIds.length} scored, ${judged.rows - shopIds.length} too young; ${describeStructure(scored.metrics)}`,
  };
};

/** Everybody of the source, in order of shop_id: the scored with their segment, the others with the reason. */
function assignmentColumns(
  judged: Table,
  shopIds: readonly string[],
  scored: ScoredRetailers,
  before: Table,
): Column[] {
  const row = new Map(shopIds.map((id, i) => [id, i]));
  const everyone = texts(judged, 'shop_id');
  const at = everyone.map((id) => row.get(id));
  const previousIds = valuesOf(before, 'segment_id', 'text');
  const previous = new Map(texts(before, 'shop_id').map((id, i) => [id, previousIds[i] ?? null]));
  const number = (values: ArrayLike<number>): Float64Array =>
    Float64Array.from(at, (i) => (i === undefined ? NaN : values[i]!));
  const latent = scored.latent;
  const spread = {
    rows: everyone.length,
    columns: latent.columns,
    data: Float64Array.from({ length: everyone.length * latent.columns }, (_, k) => {
      const i = at[Math.floor(k / latent.columns)];
      return i === undefined ? NaN : latent.data[i * latent.columns + (k % latent.columns)]!;
    }),
  };
  return [
    { name: 'shop_id', type: 'text', values: everyone },
    {
      name: 'segment_id',
      type: 'text',
      values: at.map((i) => (i === undefined ? null : scored.segmentIds[i]!)),
    },
    { name: 'cluster', type: 'double', values: number(scored.clusters) },
    { name: 'strength', type: 'double', values: number(scored.strengths) },
    { name: 'outlier_score', type: 'double', values: number(scored.outlierScores) },
    { name: 'hard_cluster', type: 'double', values: number(scored.hardClusters) },
    { name: 'previous_segment_id', type: 'text', values: everyone.map((id) => previous.get(id) ?? null) },
    { name: 'reason', type: 'text', values: valuesOf(judged, 'reason', 'text') },
    ...matrixColumns('latent_', spread),
  ];
}
