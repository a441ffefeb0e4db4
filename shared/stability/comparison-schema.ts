import { z } from 'zod';
import { asOfMonthSchema } from '../contracts/as-of-month.js';
import { structureMetricsSchema } from '../contracts/structure-metrics.js';
import { changeAttributionSchema } from './change-attribution.js';
import { featureDriftSchema } from './feature-drift.js';
import { jaccardReadings } from './jaccard.js';
import { transitionSchema } from './monic-transitions.js';
import { monthVolumeSchema } from './month-volume.js';
import { reconstructionDriftSchema } from './reconstruction-drift.js';
import { structureTestSchema } from './structure-test.js';
import { transitionRowSchema } from './transition-matrix.js';

const share = z.number().min(0).max(1);
const count = z.int().nonnegative();

const agreementSchema = z.strictObject({
  /** Retailers that it is taken over. */
  retailers: count,
  /** Share of pairs of retailers that both runs treat alike, corrected for chance: 1 the same, 0 as by chance. */
  adjustedRandIndex: z.number().max(1),
  /** Mutual information of the two labellings, normalised and corrected for chance: 1 the same, 0 as by chance. */
  adjustedMutualInformation: z.number(),
  /** Information in one labelling that the other does not tell, both ways, in nats: 0 the same. */
  variationOfInformation: z.number().nonnegative(),
});

/** Structure of everything that a run clusters; null for what it did not run. */
export const runStructureSchema = z.strictObject({
  /** The segments that are published, after soft assignment and hysteresis. */
  segments: structureMetricsSchema,
  latent: structureMetricsSchema.nullable(),
  mixture: structureMetricsSchema.nullable(),
  raw: structureMetricsSchema.nullable(),
  controls: z.strictObject({
    pca: structureMetricsSchema.nullable(),
    untrained: structureMetricsSchema.nullable(),
  }),
});

/** Without run IDs: the manifest holds those, so that equal runs have equal files. */
const runSchema = z.strictObject({
  asOf: asOfMonthSchema,
  /** Whose clusters became segments. */
  method: z.enum(['hdbscan', 'mixture']),
  retailers: count,
  structure: runStructureSchema,
});

const segmentComparisonSchema = z.strictObject({
  segmentId: z.string(),
  /** Retailers in the previous run, whether or not they are in this one. */
  before: count,
  /** Retailers in this run, whether or not they were in the previous one. */
  now: count,
  /** Retailers that were and are in it. */
  kept: count,
  /** Share of its previous retailers, of those still present, that it kept; null where it had none. */
  shareKept: share.nullable(),
  /** Overlap by union on retailers in both runs; null for a segment that only one run has. */
  jaccard: share.nullable(),
  /** Mean Jaccard over resamples of this run; null where it was not measured. */
  bootstrapJaccard: share.nullable(),
  /** Hennig's word for it: highly stable from 0.85, stable from 0.75, doubtful from 0.6, below it dissolved. */
  reading: z.enum(jaccardReadings).nullable(),
});

/** What `comparison.json` holds. `previous` and all that needs it are null on a first run. */
export const comparisonSchema = z.strictObject({
  version: z.literal(1),
  current: runSchema,
  previous: runSchema.nullable(),
  retailers: z.strictObject({
    /** In both runs. */
    common: count,
    /** In this one only. */
    joined: count,
    /** In the previous one only. */
    left: count,
  }),
  /** On common retailers: noise as a cluster of its own, and only those in a segment both times. */
  agreement: z.strictObject({
    withNoise: agreementSchema.nullable(),
    withoutNoise: agreementSchema.nullable(),
  }),
  /** Of common retailers that were in a segment. */
  kept: z.strictObject({
    /** In both runs, and in a segment in the previous one. */
    retailers: count,
    /** In the same segment now. */
    same: count,
    /** In another segment now. */
    moved: count,
    /** In no segment now. */
    toNoise: count,
    /** same / retailers; null where nobody was in a segment. */
    share: share.nullable(),
    /** same / (same + moved): those in a segment both times. */
    shareWithoutNoise: share.nullable(),
  }),
  /** Every segment of either run, in order of IDs. */
  segments: z.array(segmentComparisonSchema),
  transitions: z.array(transitionSchema),
  /** The rows of `transitions.csv`. */
  matrix: z.array(transitionRowSchema),
  drift: z.strictObject({
    features: z.array(featureDriftSchema),
    reconstruction: reconstructionDriftSchema.nullable(),
    month: monthVolumeSchema.nullable(),
  }),
  /** Whether there is anything to segment; absent where not measured. */
  structureTest: structureTestSchema.optional(),
  /** What moved retailers, by their features alone: the data, the representation or the clusters; null on a first run, absent where not measured. */
  attribution: changeAttributionSchema.nullable().optional(),
});

export type Comparison = z.infer<typeof comparisonSchema>;
export type RunStructure = z.infer<typeof runStructureSchema>;
export type ComparedRunSummary = z.infer<typeof runSchema>;
export type SegmentComparison = z.infer<typeof segmentComparisonSchema>;
