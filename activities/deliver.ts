import { readChampion } from '../shared/artifacts/run-index.js';
import { parseSegmentsFile } from '../shared/identity/segments-file.js';
import { openSink } from '../shared/sinks/open-sink.js';
import { type SegmentRows } from '../shared/sinks/segment-sink.js';
import { doubles, type Table, texts, valuesOf } from '../shared/tabular/column.js';
import { readTable } from './parquet-io.js';
import { openStoredRun } from './previous-run.js';
import { openRunFolder } from './run-folder.js';
import { type Stage } from './stage-of.js';

const columns = ['shop_id', 'segment_id', 'previous_segment_id', 'strength', 'outlier_score'] as const;

/**
 * Delivers the assignments to one sink. Whether they become current there is asked of the store now, not when the run was
 * published: of two deliveries under way only the champion's moves the pointer of the sink.
 */
export const deliver: Stage<'deliver'> = async (tools, { run, files, sink, model, finishedAt }) => {
  const opened = openSink(sink, tools);
  const folder = openRunFolder(tools, run, files);
  const described = model === undefined ? folder : (await openStoredRun(tools, run.store, model)).folder;
  const { registry } = parseSegmentsFile(await described.read('segments.json'));
  const names = new Map(registry.segments.map(({ id, name }) => [id, name ?? null]));
  const table = await readTable(
    tools,
    folder,
    'assignments.parquet',
    model === undefined ? columns : [...columns, 'reason'],
  );
  const champion = model === undefined ? await readChampion(tools.openStore(run.store)) : undefined;
  const delivered = await opened.deliver(
    {
      runId: run.runId,
      asOf: run.asOf,
      modelRunId: model?.runId ?? run.runId,
      finishedAt,
      champion: champion?.runId === run.runId,
      artifacts: `${run.store}/${run.folder}`,
      rows: segmentRows(table, names, model !== undefined),
    },
    tools,
  );
  return {
    files: {},
    delivery: { sink: opened.name, state: 'delivered', ...delivered },
    detail: `${opened.name}: ${delivered.rows} rows`,
  };
};

/** A rescore lists who has too little history, with the reason; such a retailer has no segment to deliver. */
function segmentRows(
  table: Table,
  names: ReadonlyMap<string, string | null>,
  withReasons: boolean,
): SegmentRows {
  const shopIds = texts(table, 'shop_id');
  const segmentIds = valuesOf(table, 'segment_id', 'text');
  const previous = valuesOf(table, 'previous_segment_id', 'text');
  const [strengths, outlierScores] = [doubles(table, 'strength'), doubles(table, 'outlier_score')];
  const reasons = withReasons ? valuesOf(table, 'reason', 'text') : undefined;
  const kept = shopIds.map((_, i) => i).filter((i) => (reasons?.[i] ?? '') === '');
  return {
    shopIds: kept.map((i) => shopIds[i]!),
    segmentIds: kept.map((i) => segmentIds[i]!),
    segmentNames: kept.map((i) => names.get(segmentIds[i] ?? '') ?? null),
    previousSegmentIds: kept.map((i) => previous[i]!),
    strengths: Float64Array.from(kept, (i) => strengths[i]!),
    outlierScores: Float64Array.from(kept, (i) => outlierScores[i]!),
  };
}
