import { z } from 'zod';
import { asOfMonthSchema } from './as-of-month.js';

/** What a person says with the updates `approve` and `reject`: who decides, and why. */
export const decisionRequestSchema = z.strictObject({
  by: z.string().trim().min(1, { error: 'expected the name of who decides' }).max(200),
  reason: z.string().trim().min(1, { error: 'expected the reason in a few words' }).max(2000),
});

export const decisionOutcomes = ['approved', 'rejected'] as const;

/**
 * `decision.json` beside the manifest of a held run. A file of its own, for a manifest never changes: its sha256 is in the
 * index and in later runs, and proves what was decided on.
 */
export const decisionSchema = z.strictObject({
  version: z.literal(1),
  runId: z.string(),
  asOf: asOfMonthSchema,
  outcome: z.enum(decisionOutcomes),
  by: z.string(),
  reason: z.string(),
  /** Milliseconds since 1970. */
  decidedAt: z.number(),
  /** sha256 of the manifest that the decision is about. */
  manifest: z.string(),
});

export type DecisionRequest = z.infer<typeof decisionRequestSchema>;
export type DecisionOutcome = (typeof decisionOutcomes)[number];
export type Decision = z.infer<typeof decisionSchema>;

/** What a decision did. */
export interface DecisionResult {
  readonly decision: Decision;
  /** True where the champion pointer names the run now. */
  readonly champion: boolean;
  /** The champion's run ID and month, whoever it is. */
  readonly championNow: { readonly runId: string; readonly asOf: string } | null;
}
