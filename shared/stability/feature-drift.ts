import { z } from 'zod';
import { type Matrix } from '../numeric/matrix.js';
import { kolmogorovSmirnov } from './kolmogorov-smirnov.js';
import { populationStabilityIndex } from './population-stability-index.js';

const share = z.number().min(0).max(1);

export const featureDriftSchema = z.strictObject({
  feature: z.string(),
  /** Whether segments are made from it; the others are for people to look at. */
  inModel: z.boolean(),
  /** Population stability index; null where a run has no retailers. */
  psi: z.number().nonnegative().nullable(),
  /** Kolmogorov–Smirnov statistic; null where the feature is missing everywhere in a run. */
  ks: share.nullable(),
  /** Share of retailers without a value in the previous run. */
  missingBefore: share,
  /** Share of retailers without one now. */
  missingNow: share,
  /** Whether all retailers had one and the same value before, as in a calendar month that had not come yet. */
  constantBefore: z.boolean().optional(),
});

export type FeatureDrift = z.infer<typeof featureDriftSchema>;

/** Features as the run had them before scaling: one row a retailer, NaN where undefined. */
export interface NamedFeatures {
  readonly names: readonly string[];
  readonly values: Matrix;
}

function column({ values }: NamedFeatures, j: number): Float64Array {
  return Float64Array.from({ length: values.rows }, (_, i) => values.data[i * values.columns + j]!);
}

function missingShare(values: Float64Array): number {
  return values.length === 0 ? 0 : values.filter((value) => Number.isNaN(value)).length / values.length;
}

function isConstant(values: Float64Array): boolean {
  const known = values.filter((value) => !Number.isNaN(value));
  return known.length > 0 && known.every((value) => value === known[0]);
}

/** Drift of every feature that both runs have, in this run's order. `model` names those that segments are made from; default all. */
export function featureDrift(
  before: NamedFeatures,
  now: NamedFeatures,
  model: readonly string[] = now.names,
): FeatureDrift[] {
  return now.names.flatMap((feature, j) => {
    const from = before.names.indexOf(feature);
    if (from < 0) return [];
    const old = column(before, from);
    const values = column(now, j);
    return {
      feature,
      inModel: model.includes(feature),
      psi: populationStabilityIndex(old, values),
      ks: kolmogorovSmirnov(old, values),
      missingBefore: missingShare(old),
      missingNow: missingShare(values),
      constantBefore: isConstant(old),
    };
  });
}
