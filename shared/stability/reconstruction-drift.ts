import { z } from 'zod';

export const reconstructionDriftSchema = z.strictObject({
  /** Mean reconstruction error of the previous run's retailers and of this run's, under one and the same model. */
  before: z.number().nonnegative(),
  now: z.number().nonnegative(),
  /** now / before: above 1 the model explains this month's retailers less well. null where `before` is 0. */
  ratio: z.number().nonnegative().nullable(),
});

export type ReconstructionDrift = z.infer<typeof reconstructionDriftSchema>;

function mean(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

/** One error a retailer on each side; null where a side is empty. */
export function reconstructionDrift(before: Float64Array, now: Float64Array): ReconstructionDrift | null {
  if (before.length === 0 || now.length === 0) return null;
  const [old, current] = [mean(before), mean(now)];
  return { before: old, now: current, ratio: old > 0 ? current / old : null };
}
