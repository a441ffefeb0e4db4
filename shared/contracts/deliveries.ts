import { z } from 'zod';

/** What became of one sink: delivered, or failed for good after its retries. */
export const deliverySchema = z.strictObject({
  /** Which sink, in words: `postgres public.segments_history`. */
  sink: z.string(),
  state: z.enum(['delivered', 'failed']),
  /** Rows that the sink holds of this run. */
  rows: z.int().nonnegative().optional(),
  /** True where the sink's current segments are this run's now. */
  current: z.boolean().optional(),
  problem: z.string().optional(),
});

/** What became of the tracking server. */
export const trackingOutcomeSchema = z.strictObject({
  state: z.enum(['tracked', 'failed']),
  /** Run and model version there. */
  trackedRunId: z.string().optional(),
  modelVersion: z.string().optional(),
  problem: z.string().optional(),
});

/**
 * `deliveries.json`: what left the store after the run was published. It stands beside the manifest and not in it, since
 * the manifest is what a run is, and written last; what other systems took of it may change afterwards.
 */
export const deliveriesSchema = z.strictObject({
  version: z.literal(1),
  runId: z.string(),
  deliveries: z.array(deliverySchema),
  tracking: trackingOutcomeSchema.nullable(),
});

export type Delivery = z.infer<typeof deliverySchema>;
export type TrackingOutcome = z.infer<typeof trackingOutcomeSchema>;
export type Deliveries = z.infer<typeof deliveriesSchema>;

/** What left the store, and what failed to; both parts only where they were asked for. */
export interface Outcomes {
  readonly deliveries?: readonly Delivery[];
  readonly tracking?: TrackingOutcome;
}

/** A sentence for everything that failed. */
export function problemsOf({ deliveries = [], tracking }: Outcomes): string[] {
  const sinks = deliveries.filter(({ state }) => state === 'failed');
  return [
    ...sinks.map(({ sink, problem }) => `not delivered to ${sink}: ${problem ?? 'unknown'}`),
    ...(tracking?.state === 'failed' ? [`not tracked: ${tracking.problem ?? 'unknown'}`] : []),
  ];
}
