import { z } from 'zod';

/** The shape of one clustering. Noise share alone says little: all four stand together everywhere. */
export const structureMetricsSchema = z.strictObject({
  /** Clusters, noise not counted. */
  clusters: z.int().nonnegative(),
  /** Share of retailers in no cluster, 0 to 1. */
  noise: z.number().min(0).max(1),
  /** Largest cluster as a share of the retailers that are in a cluster, 0 to 1; 0 without clusters. */
  largestShare: z.number().min(0).max(1),
  /** exp(entropy of the cluster sizes): 1 to `clusters`; 0 without clusters. */
  effectiveClusters: z.number().nonnegative(),
});

export type StructureMetrics = z.infer<typeof structureMetricsSchema>;
