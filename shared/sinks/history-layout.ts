import { type AsOfMonth } from '../contracts/as-of-month.js';
import { type SegmentDelivery } from './segment-sink.js';

export type HistoryType = 'text' | 'double' | 'timestamp';
export type HistoryValue = string | number | null;

interface HistoryColumn {
  readonly name: string;
  readonly type: HistoryType;
  readonly nullable: boolean;
  readonly words: string;
}

/** The columns of `segments_history`, one row a retailer and run, the same in every warehouse. */
export const historyColumns = [
  { name: 'as_of', type: 'text', nullable: false, words: 'As-of month, YYYY-MM' },
  { name: 'run_id', type: 'text', nullable: false, words: 'The run, or the rescore, that says so' },
  {
    name: 'model_run_id',
    type: 'text',
    nullable: false,
    words: 'The run whose model was used: run_id itself, except for a rescore',
  },
  { name: 'shop_id', type: 'text', nullable: false, words: 'The retailer' },
  { name: 'segment_id', type: 'text', nullable: true, words: 'S01, S02, …; missing for noise' },
  { name: 'segment_name', type: 'text', nullable: true, words: 'The name of the segment in this run' },
  {
    name: 'previous_segment_id',
    type: 'text',
    nullable: true,
    words: 'Segment in the run compared with; missing for new retailers and noise',
  },
  { name: 'strength', type: 'double', nullable: true, words: 'Membership strength, 0 to 1' },
  { name: 'outlier_score', type: 'double', nullable: true, words: 'How far outside, 0 to 1' },
  { name: 'finished_at', type: 'timestamp', nullable: false, words: 'When the run finished, UTC' },
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

/** What a sink's champion pointer holds. */
export interface SinkPointer {
  readonly runId: string;
  readonly asOf: AsOfMonth;
  readonly finishedAt: number;
}

/**
 * True where `next` may take over from `current`: the rule of the store's own champion pointer, so that a late delivery
 * of an older run never turns a sink back.
 */
export function takesOver(next: SinkPointer, current: SinkPointer | undefined): boolean {
  if (current === undefined || current.runId === next.runId) return true;
  if (current.asOf !== next.asOf) return current.asOf < next.asOf;
  if (current.finishedAt !== next.finishedAt) return current.finishedAt < next.finishedAt;
  return current.runId < next.runId;
}
