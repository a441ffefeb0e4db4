import { type AsOfMonth } from '../contracts/as-of-month.js';
import { type OnProgress } from '../progress.js';

/** What a sink receives: all retailers of one run, in order of shop_id. Arrays are of equal length; NaN is missing. */
export interface SegmentRows {
  readonly shopIds: readonly string[];
  /** Null: noise, in no segment. */
  readonly segmentIds: readonly (string | null)[];
  readonly segmentNames: readonly (string | null)[];
  readonly previousSegmentIds: readonly (string | null)[];
  /** Membership strength, 0 to 1. */
  readonly strengths: Float64Array;
  readonly outlierScores: Float64Array;
}

export interface SegmentDelivery {
  readonly runId: string;
  readonly asOf: AsOfMonth;
  /** The run whose model and segments were used: `runId` itself, except for a rescore. */
  readonly modelRunId: string;
  /** Workflow time, milliseconds since 1970. */
  readonly finishedAt: number;
  /** True where the champion pointer names this run: the sink's current segments become this run's. */
  readonly champion: boolean;
  /** Folder of the run's artifacts. */
  readonly artifacts: string;
  readonly rows: SegmentRows;
}

export interface DeliveryContext {
  readonly signal: AbortSignal;
  readonly onProgress: OnProgress;
  /** An empty folder, gone when the delivery ends. */
  readonly scratch: string;
}

export interface Delivered {
  /** Rows that the sink holds of this run now. */
  readonly rows: number;
  /** True where the sink's current segments are this run's. */
  readonly current: boolean;
}

/**
 * A place that segments are delivered to. A delivery is all or nothing for those who read there, and may be repeated: the
 * rows of a run and as-of month are there once, whatever happened to the attempts before.
 */
export interface SegmentSink {
  /** For people: `postgres public.segments_history`. */
  readonly name: string;
  /** @throws SegmentsError SinkUnavailable (worth a retry), SinkRefused, CredentialsRefused */
  deliver(delivery: SegmentDelivery, context: DeliveryContext): Promise<Delivered>;
}
