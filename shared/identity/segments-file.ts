import { z } from 'zod';
import { asOfMonthSchema } from '../contracts/as-of-month.js';
import { parseArtifact } from '../contracts/parse-artifact.js';
import { marketCoursesSchema } from '../courses/segment-course.js';
import { type SoftAssignmentModel, softAssignmentModelSchema } from '../clustering/soft-assignment.js';
import { segmentIdSchema, segmentRegistrySchema } from './segment-registry.js';

export const segmentsFileVersion = 1;

/**
 * `segments.json`: the identities of a run's segments, and how its clusters map to them. With the saved models it is
 * all that scoring needs, and all that the next run needs to continue the identities.
 */
export const segmentsFileSchema = z.strictObject({
  version: z.literal(segmentsFileVersion),
  asOf: asOfMonthSchema,
  method: z.enum(['hdbscan', 'mixture']),
  /** Segment of each cluster 0…k−1 of the method; null for a cluster that nobody is in. */
  segmentOfCluster: z.array(segmentIdSchema.nullable()),
  registry: segmentRegistrySchema,
  /** Means of the segments in the method's space (latent, or scaled features), row-major. */
  centroids: z.strictObject({
    ids: z.array(segmentIdSchema),
    columns: z.int().positive(),
    values: z.array(z.number()),
  }),
  /** Takes noise of the latent HDBSCAN, and new retailers, into the cluster that they lie near. */
  softAssignment: softAssignmentModelSchema,
  /** HDBSCAN's clusters by those whom the months put there: the probabilities by features. Absent: those of `softAssignment`. */
  members: softAssignmentModelSchema.optional(),
  /**
   * The clusters' usual courses over the months: by them months decide beside features, and a retailer that changes is told.
   * Absent where the months are not known, or not asked.
   */
  courses: marketCoursesSchema.optional(),
});

export type SegmentsFile = z.infer<typeof segmentsFileSchema>;

/** The clusters of the latent HDBSCAN that probabilities by features go by. */
export function latentClusters({ members, softAssignment }: SegmentsFile): SoftAssignmentModel {
  return members ?? softAssignment;
}

/** Reads `segments.json`. @throws SegmentsError ArtifactCorrupt */
export function parseSegmentsFile(bytes: Uint8Array, where = 'segments.json'): SegmentsFile {
  return parseArtifact(segmentsFileSchema, bytes, where);
}
