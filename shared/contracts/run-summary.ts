import { z } from 'zod';
import { gateReasonSchema } from '../stability/gate-reason.js';
import { asOfMonthSchema } from './as-of-month.js';
import { decisionSchema } from './decision.js';
import { structureMetricsSchema } from './structure-metrics.js';

/** The gate's word on a run. `first`: there was nothing to compare with, and nothing spoke against it. */
export const verdictSchema = z.enum(['published', 'held', 'first']);

const share = z.number().min(0).max(1).nullable();

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
  shareKept: share,
  /** For every space, the share of common retailers that stayed in their cluster once the clusters of both runs are matched. */
  keptBySpace: z.strictObject({
    latent: share,
    mixture: share,
    raw: share,
    pca: share,
    untrained: share,
  }),
  verdict: verdictSchema,
  reasons: z.array(gateReasonSchema),
  /** What a person decided on a held run while its workflow waited for it. */
  decision: decisionSchema.optional(),
  /** True where the champion pointer names this run now. */
  champion: z.boolean(),
  /** The folder of this run's artifacts. */
  artifacts: z.string(),
});

export type Verdict = z.infer<typeof verdictSchema>;
export type RunSummary = z.infer<typeof runSummarySchema>;
