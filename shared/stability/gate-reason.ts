import { z } from 'zod';

export const gateRules = [
  'clusters',
  'structure',
  'noise',
  'largest-share',
  'month-volume',
  'common-retailers',
  'method',
  'adjusted-rand-index',
  'share-kept',
  'segment-jaccard',
  'bootstrap-jaccard',
  'segment-count',
  'feature-drift',
  'reconstruction-drift',
] as const;

export const gateReasonSchema = z.strictObject({
  rule: z.enum(gateRules),
  /** What was measured; null where it could not be. */
  observed: z.union([z.number(), z.string()]).nullable(),
  threshold: z.union([z.number(), z.string()]),
  passed: z.boolean(),
  /** For a category manager: what was seen, and what was expected. */
  sentence: z.string(),
});

export type GateReason = z.infer<typeof gateReasonSchema>;
export type GateRule = (typeof gateRules)[number];

/** 0.1234 → "12.3%". */
export function percent(value: number): string {
  return `${(value * 100).toFixed(1)}%`;
}

/** At most two decimals, none where they are zero. */
export function decimal(value: number): string {
  return String(Number(value.toFixed(2)));
}
