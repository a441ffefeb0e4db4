import { type SegmentDelivery } from './segment-sink.js';

export type HistoryType = 'text' | 'double' | 'timestamp';
export type HistoryValue = string | number | null;

interface HistoryColumn {
  readonly name: string;
  readonly type: HistoryType;
  readonly nullable: boolean;
}

/** The columns of `segments_history`, one row a retailer and run, the same in every warehouse; docs/sinks.md says what each is. */
export const historyColumns = [
  { name: 'as_of', type: 'text', nullable: false },
  { name: 'run_id', type: 'text', nullable: false },
  {
    name: 'model_run_id',
    type: 'text',
    nullable: false,
  },
  { name: 'shop_id', type: 'text', nullable: false },
  { name: 'segment_id', type: 'text', nullable: true },
  { name: 'segment_name', type: 'text', nullable: true },
  {
    name: 'previous_segment_id',
    type: 'text',
    nullable: true,
  },
  { name: 'strength', type: 'double', nullable: true },
  { name: 'outlier_score', type: 'double', nullable: true },
  { name: 'finished_at', type: 'timestamp', nullable: false },
] as const satisfies readonly HistoryColumn[];

export type HistoryColumnName = (typeof historyColumns)[number]['name'];

const orNull = (value: number): number | null => (Number.isNaN(value) ? null : value);

/** Row `i` of the delivery in the order of `historyColumns`; timestamps as ISO 8601 in UTC. */
export function historyRow(delivery: SegmentDelivery, i: number): HistoryValue[] {
  const { rows } = delivery;
  const values: Record<HistoryColumnName, HistoryValue> = {
    as_of: delivery.asOf,
    run_id: delivery.runId,
    model_run_id: delivery.modelRunId,
    shop_id: rows.shopIds[i]!,
    segment_id: rows.segmentIds[i]!,
    segment_name: rows.segmentNames[i]!,
    previous_segment_id: rows.previousSegmentIds[i]!,
    strength: orNull(rows.strengths[i]!),
    outlier_score: orNull(rows.outlierScores[i]!),
    finished_at: new Date(delivery.finishedAt).toISOString(),
  };
  return historyColumns.map(({ name }) => values[name]);
}
