import { type RetailerSegment, type ScoreStatus } from '../shared/contracts/rescore-summary.js';
import { doubles, type Table, texts, valuesOf } from '../shared/tabular/column.js';

/** Columns of assignments that an answer about single retailers is made of. */
export const answerColumns = [
  'shop_id',
  'segment_id',
  'strength',
  'outlier_score',
  'previous_segment_id',
  'status',
  'reason',
] as const;

/** Assignments as answers, in the table's order. */
export function retailerSegments(assignments: Table): RetailerSegment[] {
  const segmentIds = valuesOf(assignments, 'segment_id', 'text');
  const previous = valuesOf(assignments, 'previous_segment_id', 'text');
  const statuses = texts(assignments, 'status') as readonly ScoreStatus[];
  const reasons = valuesOf(assignments, 'reason', 'text');
  const strengths = doubles(assignments, 'strength');
  const outliers = doubles(assignments, 'outlier_score');
  const number = (value: number): number | null => (Number.isNaN(value) ? null : value);
  return texts(assignments, 'shop_id').map((shopId, i) => ({
    shopId,
    status: statuses[i]!,
    segmentId: segmentIds[i] ?? null,
    strength: number(strengths[i]!),
    outlierScore: number(outliers[i]!),
    previousSegmentId: previous[i] ?? null,
    reason: reasons[i] ?? '',
  }));
}
