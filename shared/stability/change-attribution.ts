import { z } from 'zod';

const share = z.number().min(0).max(1);

/**
 * Why retailers are in other segments than a month ago, by their features alone and before hysteresis: shares of the retailers in both runs that
 * one change alone moves, everything else held. They need not add up to `total`.
 */
export const changeAttributionSchema = z.strictObject({
  /** In both runs. */
  retailers: z.int().nonnegative(),
  /** This run on this month's data, beside the previous run on its own. */
  total: share,
  /** The previous run's model, unchanged, on this month's data beside the data it was made from. */
  data: share,
  /**
   * This run's representation with the previous run's clusters, on the previous month's data: scaling and encoder for
   * HDBSCAN, scaling alone for the mixture, which looks at the features. Null where the two runs' spaces differ.
   */
  representation: share.nullable(),
  /** This run's clusters in place of the previous run's, in this run's space, on the previous month's data; null likewise. */
  clustering: share.nullable(),
  /** This run's whole model beside the previous run's, both on the previous month's data. */
  model: share,
  /** What moves most; 'none' where nothing moves one in fifty, 'model' where its two parts could not be told apart. */
  cause: z.enum(['none', 'data', 'representation', 'clustering', 'model']),
});

export type ChangeAttribution = z.infer<typeof changeAttributionSchema>;

/** A change that moves fewer than this is no cause of anything. */
const leastCause = 0.02;

/** Share of rows with different labels; labels are segment IDs, null noise. */
export function shareMoved(a: readonly (string | null)[], b: readonly (string | null)[]): number {
  let moved = 0;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) moved++;
  return a.length === 0 ? 0 : moved / a.length;
}

/** Segments of the retailers in both runs, in one order, under the five combinations of model and data. */
export interface AttributedSegments {
  readonly oldModelOldData: readonly (string | null)[];
  readonly oldModelNewData: readonly (string | null)[];
  readonly newModelOldData: readonly (string | null)[];
  readonly newModelNewData: readonly (string | null)[];
  /** The previous run's clusters on the previous month's data as this run represents them. */
  readonly oldClustersNewSpace: readonly (string | null)[] | undefined;
}

export function attributeChange(segments: AttributedSegments): ChangeAttribution {
  const { oldModelOldData: before, oldClustersNewSpace: between } = segments;
  const data = shareMoved(before, segments.oldModelNewData);
  const model = shareMoved(before, segments.newModelOldData);
  const representation = between === undefined ? null : shareMoved(before, between);
  const clustering = between === undefined ? null : shareMoved(between, segments.newModelOldData);
  // Scaling and clusters may undo each other: the model is blamed for what both together move.
  const ofModel =
    representation === null || clustering === null
      ? 'model'
      : representation > clustering
        ? 'representation'
        : 'clustering';
  const cause = Math.max(data, model) < leastCause ? 'none' : data >= model ? 'data' : ofModel;
  return {
    retailers: before.length,
    total: shareMoved(before, segments.newModelNewData),
    data,
    representation,
    clustering,
    model,
    cause,
  };
}
