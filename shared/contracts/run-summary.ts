import { z } from 'zod';
import { asOfMonthSchema } from './as-of-month.js';
import { structureMetricsSchema } from './structure-metrics.js';

/** The gate's word on a run. `first`: there was nothing to compare with, and nothing spoke against it. */
export const verdictSchema = z.enum(['published', 'held', 'first']);

/** One rule of the gate, with what it saw. */
export const gateReasonSchema = z.strictObject({
  rule: z.string(),
  observed: z.number().nullable(),
  threshold: z.number().nullable(),
  passed: z.boolean(),
  sentence: z.string(),
});

/** What a run is in a few figures: the result of the `retrain` workflow and the last line of `segments run --json`. */
export const runSummarySchema = z.strictObject({
  runId: z.string(),
  asOf: asOfMonthSchema,
  retailers: z.int().nonnegative(),
  eligible: z.int().nonnegative(),
  /** HDBSCAN in the latent space, noise near a cluster assigned to it where the config says so. */
  latent: structureMetricsSchema,
  /** HDBSCAN on the raw features; null where the config leaves it out. */
  raw: structureMetricsSchema.nullable(),
  mixture: structureMetricsSchema,
  controls: z.strictObject({ pca: structureMetricsSchema, untrained: structureMetricsSchema }),
  /** Whose clusters became the segments. */
  method: z.enum(['hdbscan', 'mixture']),
  segments: structureMetricsSchema,
  /** The run compared with, and the share of its retailers that kept their segment; null without one. */
  comparedWith: z.string().nullable(),
  shareKept: z.number().min(0).max(1).nullable(),
  verdict: verdictSchema,
  reasons: z.array(gateReasonSchema),
  /** True where the champion pointer names this run now. */
  champion: z.boolean(),
  /** The folder of this run's artifacts. */
  artifacts: z.string(),
});

export type Verdict = z.infer<typeof verdictSchema>;
export type GateReason = z.infer<typeof gateReasonSchema>;
export type RunSummary = z.infer<typeof runSummarySchema>;
