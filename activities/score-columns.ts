import { type AsOfMonth, monthOfIndex } from '../shared/contracts/as-of-month.js';
import { type Config } from '../shared/contracts/config.js';
import { parseScaler } from '../shared/features/scaler-file.js';
import { applyScaler } from '../shared/features/scaler.js';
import { type ScoreStatus } from '../shared/contracts/rescore-summary.js';
import { type Column, doubles, type Table, texts, valuesOf } from '../shared/tabular/column.js';
import { matrixColumns } from './latent-table.js';
import { retailerMonthsOf } from './months-table.js';
import { type RunFolder } from './run-folder.js';
import { savedModels } from './saved-models.js';
import { type StageTools } from './stage-tools.js';

/**
 * The assignments of retailers who stand beside their features (shardSql), in their order. `trained` is the folder of
 * the run whose model and segments are used; nothing is fitted, so that a retailer's answer does not depend on the others.
 */
export async function scoreColumns(
  tools: StageTools,
  trained: RunFolder,
  { asOf, config }: { readonly asOf: AsOfMonth; readonly config: Config },
  everyone: Table,
): Promise<Column[]> {
  const shopIds = texts(everyone, 'shop_id');
  const statuses = texts(everyone, 'status') as readonly ScoreStatus[];
  const evidence = doubles(everyone, 'evidence');
  const placed = statuses.flatMap((status, i) => (status === 'too-young' ? [] : [i]));
  const scaler = parseScaler(new TextDecoder().decode(await trained.read('scaler.json')));
  const previousSegmentIds = valuesOf(everyone, 'previous_segment_id', 'text');
  const table = rowsOf(everyone, placed);
  const { matrix } = applyScaler(scaler, table, config.features.representation);
  const months = retailerMonthsOf(table, asOf);
  const scored = await tools.compute.run(
    'scoreRetailers',
    {
      scaled: matrix,
      recent: months && {
        months,
        previousSegmentIds: placed.map((i) => previousSegmentIds[i]!),
        config,
      },
      ...(await savedModels(trained)),
    },
    tools,
  );
  const at = new Map(placed.map((i, k) => [i, k]));
  const number = (value: (k: number, i: number) => number): Float64Array =>
    Float64Array.from(shopIds, (_, i) => {
      const k = at.get(i);
      return k === undefined ? NaN : value(k, i);
    });
  const { latent } = scored;
  const spread = {
    rows: shopIds.length,
    columns: latent.columns,
    data: Float64Array.from({ length: shopIds.length * latent.columns }, (_, cell) => {
      const k = at.get(Math.floor(cell / latent.columns));
      return k === undefined ? NaN : latent.data[k * latent.columns + (cell % latent.columns)]!;
    }),
  };
  return [
    { name: 'shop_id', type: 'text', values: shopIds },
    {
      name: 'segment_id',
      type: 'text',
      values: shopIds.map((_, i) => (at.has(i) ? scored.segmentIds[at.get(i)!]! : null)),
    },
    { name: 'cluster', type: 'double', values: number((k) => scored.clusters[k]!) },
    { name: 'strength', type: 'double', values: number((k, i) => scored.strengths[k]! * evidence[i]!) },
    { name: 'outlier_score', type: 'double', values: number((k) => scored.outlierScores[k]!) },
    { name: 'hard_cluster', type: 'double', values: number((k) => scored.hardClusters[k]!) },
    {
      name: 'previous_segment_id',
      type: 'text',
      values: previousSegmentIds,
    },
    { name: 'status', type: 'text', values: statuses },
    {
      name: 'reason',
      type: 'text',
      values: valuesOf(everyone, 'reason', 'text').map((reason, i) => {
        const period = scored.changedIn.get(at.get(i) ?? -1);
        return period === undefined ? reason : `changed behaviour in ${monthOfIndex(period)}`;
      }),
    },
    ...matrixColumns('latent_', spread),
  ];
}

/** Some rows of a table, in the order given. */
function rowsOf({ columns }: Table, rows: readonly number[]): Table {
  return {
    rows: rows.length,
    columns: columns.flatMap((column): Column[] =>
      column.type === 'double'
        ? [{ ...column, values: Float64Array.from(rows, (i) => column.values[i]!) }]
        : [],
    ),
  };
}
