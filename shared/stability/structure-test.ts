import { z } from 'zod';

const share = z.number().min(0).max(1);

export const structureVerdicts = ['density structure', 'continuum', 'none'] as const;

/** Whether there is anything to segment, and of what kind, with what speaks for it. */
export const structureTestSchema = z.strictObject({
  /**
   * density structure: clusters with sparser ground between them. continuum: none, but regions that are found again;
   * none: not even those.
   */
  verdict: z.enum(structureVerdicts),
  /** For people. */
  sentence: z.string(),
  /** HDBSCAN in the latent space, without soft assignment. */
  observed: z.strictObject({ clusters: z.int(), noise: share, relativeValidity: z.number() }),
  /** The same on draws from one Gaussian of the same mean and covariance: the fewest noise and highest validity of them. */
  null: z.strictObject({ draws: z.int(), clusters: z.int(), noise: share, relativeValidity: z.number() }),
  /** Mean ARI between the clusters and those of halves of the retailers; null where there are none. */
  stability: z.strictObject({ hdbscan: z.number().nullable(), mixture: z.number().nullable() }),
  /**
   * Information that the clusters share with those of halves of the retailers, in nats (`reproducedInformation`); null where
   * there are none. Absent in runs of versions that did not measure it.
   */
  information: z.strictObject({ hdbscan: z.number().nullable(), mixture: z.number().nullable() }).optional(),
  /** BIC a retailer that the mixture gains over one single Gaussian; 0 or less: one describes them as well. */
  mixtureGain: z.number(),
  /** Mean bootstrap Jaccard (Hennig) of each cluster 0…k−1; null where it was never drawn. */
  jaccard: z.strictObject({
    hdbscan: z.array(share.nullable()),
    mixture: z.array(share.nullable()),
  }),
  /** Retailers that it was measured on, and resamples. */
  retailers: z.int(),
  resamples: z.int(),
});

export type StructureTest = z.infer<typeof structureTestSchema>;
export type StructureVerdict = (typeof structureVerdicts)[number];

/** Noise must be rarer than in the null by this much: its own spread over draws is a few hundredths. */
const leastNoiseGain = 0.1;
/** Mean ARI on halves from which regions count as found again. */
const leastStability = 0.5;
/** The same for clusters of HDBSCAN: 0.8 to 0.95 where behaviours are separated, up to 0.7 where they overlap. */
const leastDensityStability = 0.75;
/** Nats that clusters of HDBSCAN tell again on halves: two of equal size found again whole tell 0.69, specks in a cloud 0.1 to 0.4. */
const leastDensityInformation = 0.5;

/** The verdict on the evidence. */
export function judgeStructure(evidence: Omit<StructureTest, 'verdict' | 'sentence'>): StructureTest {
  const { observed, null: chance, stability, information, mixtureGain } = evidence;
  const percent = (value: number): string => `${(100 * value).toFixed(0)}%`;
  const dense =
    observed.clusters >= 2 &&
    observed.noise <= chance.noise - leastNoiseGain &&
    observed.relativeValidity > chance.relativeValidity &&
    (stability.hdbscan ?? 0) >= leastDensityStability &&
    (information?.hdbscan ?? 0) >= leastDensityInformation;
  const beside = `HDBSCAN finds ${observed.clusters} clusters and ${percent(observed.noise)} noise, where one featureless cloud of the same spread gives ${chance.clusters} and ${percent(chance.noise)}`;
  if (dense) {
    return { ...evidence, verdict: 'density structure', sentence: `Density structure: ${beside}.` };
  }
  if (mixtureGain > 0 && (stability.mixture ?? 0) >= leastStability) {
    return {
      ...evidence,
      verdict: 'continuum',
      sentence: `No density structure: ${beside}. The market is a continuum; the segments are its most reproducible regions, found again on halves of the retailers at an ARI of ${stability.mixture!.toFixed(2)}.`,
    };
  }
  return {
    ...evidence,
    verdict: 'none',
    sentence: `No density structure: ${beside}. ${
      mixtureGain > 0
        ? `Its regions are not found again on halves of the retailers (ARI ${(stability.mixture ?? 0).toFixed(2)}).`
        : 'One single Gaussian describes the retailers as well as several.'
    }`,
  };
}
