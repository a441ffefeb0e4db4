import { z } from 'zod';

const share = z.number().min(0).max(1);
const positive = z.int().positive();

/** What a run refuses at the door. */
export const ingestConfigSchema = z.strictObject({
  /** A run fails when more than this share of the source's rows is refused. */
  maxRejectedShare: share.default(0.05),
});

/** Who has enough history to be segmented. A retailer must pass all three. */
export const eligibilityConfigSchema = z.strictObject({
  /** Months with sales, up to the as-of month. */
  minActiveMonths: positive.default(6),
  /** Months from the first sale to the as-of month, both included. */
  minTenureMonths: positive.default(6),
  /** Active months divided by tenure in years. */
  minActiveMonthsPerYear: z.number().min(0).max(12).default(3),
});

export const featuresConfigSchema = z.strictObject({
  /** The representation's input: shape (about two dozen, log scale) or classic (29). The raw baseline is always classic. */
  representation: z.enum(['shape', 'classic']).default('shape'),
  /** Shape features look back this many months, the as-of month included. */
  windowMonths: z.int().min(12).max(120).default(36),
});

export const scalingConfigSchema = z.strictObject({
  /** Scaled values are clipped to ± this many interquartile ranges from the median. */
  clip: z.number().positive().default(3),
});

export const autoencoderBackends = ['typed-array', 'tfjs-node', 'tfjs-wasm', 'tfjs-cpu'] as const;

export const autoencoderConfigSchema = z.strictObject({
  /** typed-array is the fastest at this size and gives the same bits on every machine. */
  backend: z.enum(autoencoderBackends).default('typed-array'),
  /** Units of the hidden layer on each side, tanh. */
  hiddenWidth: positive.max(1024).default(24),
  /** Units of the latent layer: dimensions of the embedding. */
  latentWidth: positive.max(64).default(4),
  /** Standard deviation of the Gaussian noise added to the (scaled) input while training. */
  noiseSd: z.number().min(0).max(10).default(0.8),
  /** Adam's step. */
  learningRate: z.number().positive().max(1).default(0.002),
  /** Retailers a step of Adam. */
  batchSize: positive.default(256),
  /** Epochs at most, without weights to start from. */
  coldEpochs: positive.max(100_000).default(30),
  /** Epochs at most, from the weights of the run compared with. */
  warmEpochs: positive.max(100_000).default(8),
  /** Share of retailers held out for validation, chosen by a hash of shop_id. */
  validationShare: z.number().min(0).max(0.5).default(0.1),
  /** Training stops after this many epochs without a better validation loss; the best weights are kept. */
  patience: positive.default(10),
  /** Start from the weights of the run compared with, where there is one and its shape fits. */
  warmStart: z.boolean().default(true),
  /**
   * Share of the way that such weights go back to where they started from after each epoch: 0 lets them go, 1 holds them fast. A
   * distance from the champion's encoder that the data do not ask for moves retailers for nothing.
   */
  anchor: share.default(0.5),
});

/**
 * Of all combinations the one is chosen whose clusters are found again best, on halves of the retailers and in the previous
 * run's clusters, and explain best what retailers do month by month; the previous run's stays while it is about as good.
 */
export const hdbscanCandidatesConfigSchema = z.strictObject({
  /** Shares to choose from: those whose clusters are found again best, and the previous run's while they are about as good. */
  minClusterSizeShare: z.array(share).min(1).max(10).default([0.015, 0.02, 0.03, 0.04, 0.06]),
  /** Numbers of neighbours to choose from, likewise. */
  minSamples: z.array(positive).min(1).max(10).default([5, 10, 20]),
  /** Ways of selection to choose from, likewise. */
  selection: z
    .array(z.enum(['leaf', 'eom']))
    .min(1)
    .max(2)
    .default(['leaf', 'eom']),
});

export const hdbscanConfigSchema = z.strictObject({
  /** Share of the eligible retailers that a cluster needs, unless `minClusterSize` gives the number. Unset: chosen from `candidates`. */
  minClusterSizeShare: share.optional(),
  /** Fewest retailers of a cluster, as a number; it wins over the share. */
  minClusterSize: z.int().min(2).optional(),
  /** Neighbours that make a point dense, the point itself not counted. Unset: chosen from `candidates`. */
  minSamples: positive.optional(),
  /** leaf: the finest clusters; eom (excess of mass): the most persistent ones, often few and large. Unset: chosen from `candidates`. */
  selection: z.enum(['leaf', 'eom']).optional(),
  /** What may be chosen for the keys above that are not set. */
  candidates: hdbscanCandidatesConfigSchema.prefault({}),
  /** Clusters that split at a distance below this are kept whole; 0 leaves every split. */
  selectionEpsilon: z.number().min(0).default(0),
  /** Whether the whole market may be one cluster. */
  allowSingleCluster: z.boolean().default(false),
});

export const softAssignmentConfigSchema = z.strictObject({
  /** Whether noise near a cluster joins it. */
  enabled: z.boolean().default(true),
  /** Noise joins its most likely cluster where it lies within this multiple of that cluster's own radius. */
  reach: z.number().positive().default(2.5),
});

export const mixtureConfigSchema = z.strictObject({
  /** full: components may be tilted; diagonal: fewer numbers, for few retailers. */
  covariance: z.enum(['full', 'diagonal']).default('full'),
  /** Added to the diagonal of every covariance (of scaled features). */
  regularisation: z.number().positive().default(0.02),
  /** Share of the way that each covariance goes to their average: more for few retailers or much overlap. */
  shrinkage: share.default(0.85),
  /** Fewest components tried. */
  minComponents: positive.default(2),
  /** Most components tried; BIC of features and months chooses. */
  maxComponents: positive.max(64).default(12),
  /** Retailers below this quantile of density, of the training rows and of the mixture's own draws, are noise: at most this share. */
  noiseQuantile: share.default(0.02),
  /** A retailer leaves its previous segment only for a posterior probability of at least this. */
  moveMargin: share.default(0.95),
  /** Weaker evidence moves it once it has pointed to the same segment in this many runs in a row. */
  movePersistence: positive.default(6),
});

export const coursesConfigSchema = z.strictObject({
  /**
   * How much a retailer's own months count beside its features, which are made of them: 0 not at all, 1 as if
   * they were news. At 0.5 nearly every planted market is found better than by features alone, and none much worse.
   */
  weight: share.default(0.5),
  /** The same for HDBSCAN's clusters: an embedding of a few numbers has kept less of the months. */
  latentWeight: share.default(1),
});

export const changesConfigSchema = z.strictObject({
  /**
   * Whether a retailer moves at once where its own recent months show that it took up another segment's course. Looked for
   * within `features.windowMonths`, a year after a retailer's first sale at the earliest.
   */
  enabled: z.boolean().default(true),
  /**
   * Probability of a change from which it moves; half of it keeps it there. The probability errs on the low side: at 0.3,
   * nine in ten moves are real where a tenth of the market changes, and under 0.5% of a market at rest moves.
   */
  minProbability: share.default(0.3),
});

/** How structure and stability are measured. Bounds are retailers and repetitions, so that equal runs give equal bytes. */
export const stabilityConfigSchema = z.strictObject({
  /** Bootstraps of the mixture, from which each segment's Jaccard comes. */
  resamples: positive.max(1000).default(10),
  /** Halves of the retailers on which both methods start from scratch: what the choice between them goes by. */
  halves: positive.max(100).default(3),
  /** Clouds without structure that HDBSCAN's clusters are held against. */
  nullDraws: positive.max(100).default(3),
  /** Above this, all of it is measured on a sample. */
  maxRetailers: z.int().min(100).default(4000),
});

export const rawConfigSchema = z.strictObject({
  /** HDBSCAN on the scaled classic features: the baseline. In time between linear and quadratic. */
  enabled: z.boolean().default(true),
});

/** Thresholds of the gate: what a run must reach against the previous one to be published unseen. */
export const gateConfigSchema = z.strictObject({
  /** Agreement with the previous run on common retailers, noise as a cluster of its own; 1 is the same partition. */
  minAdjustedRandIndex: share.default(0.6),
  /** Common retailers that keep their segment. */
  minShareKept: share.default(0.8),
  /** Overlap by union of each segment with itself in the previous run. */
  minSegmentJaccard: share.default(0.5),
  /** Mean bootstrap Jaccard of each segment; at 0.5 a cluster counts as dissolved (Hennig 2007). */
  minBootstrapJaccard: share.default(0.5),
  /** Retailers in no segment. */
  maxNoiseShare: share.default(0.5),
  /** The largest segment's share of all retailers in segments. */
  maxLargestShare: share.default(0.8),
  /** Segments more or fewer than in the previous run. */
  maxSegmentCountChange: z.int().nonnegative().default(2),
  /** Population stability index of a feature; above 0.25 is a large shift by the usual reading. */
  maxFeaturePsi: z.number().positive().default(0.5),
  /** Ratio of mean reconstruction errors, this month's retailers against the previous month's. */
  maxReconstructionRatio: z.number().positive().default(1.5),
  /**
   * Drift of features or of reconstruction holds a run only where it touches the segments: where the previous run's
   * model, unchanged, puts more than this share of the retailers in both runs elsewhere than a month ago.
   */
  maxMovedByData: share.default(0.1),
});

/**
 * The method, and nothing of where it runs: two runs with equal configs and equal input give equal bytes.
 * Every key has a default; `{}` is the recommended method.
 */
export const configSchema = z.strictObject({
  /** Equal seeds, input and config give equal bytes. */
  seed: z.int().nonnegative().default(42),
  ingest: ingestConfigSchema.prefault({}),
  eligibility: eligibilityConfigSchema.prefault({}),
  features: featuresConfigSchema.prefault({}),
  scaling: scalingConfigSchema.prefault({}),
  autoencoder: autoencoderConfigSchema.prefault({}),
  hdbscan: hdbscanConfigSchema.prefault({}),
  softAssignment: softAssignmentConfigSchema.prefault({}),
  mixture: mixtureConfigSchema.prefault({}),
  courses: coursesConfigSchema.prefault({}),
  changes: changesConfigSchema.prefault({}),
  stability: stabilityConfigSchema.prefault({}),
  raw: rawConfigSchema.prefault({}),
  /** Whose clusters become segments. auto: what is more stable and better separated on this data. */
  clusterer: z.enum(['hdbscan', 'mixture', 'auto']).default('auto'),
  gate: gateConfigSchema.prefault({}),
});

/** The config with every default filled in. */
export type Config = z.infer<typeof configSchema>;
/** The config as people write it. */
export type ConfigInput = z.input<typeof configSchema>;
export type AutoencoderBackend = (typeof autoencoderBackends)[number];
