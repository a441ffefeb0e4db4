import { clusterCount } from '../clustering/cluster-count.js';
import { clusterOptionsOf, type DensitySettings } from '../clustering/density-settings.js';
import { fitHdbscan } from '../clustering/hdbscan/index.js';
import {
  bayesianInformationCriterion,
  meanLogLikelihood,
} from '../clustering/mixture/information-criterion.js';
import { bestAfterShortRuns } from '../clustering/mixture/component-starts.js';
import { type EmOptions, expectationMaximisation } from '../clustering/mixture/expectation-maximisation.js';
import { kmeansPlusPlus, lloyd, mixtureOfLabels } from '../clustering/mixture/kmeans-start.js';
import { type FittedMixture, type Mixture } from '../clustering/mixture/mixture.js';
import { mostLikelyComponents, predictMixture } from '../clustering/mixture/predict-mixture.js';
import { splitAndMerge } from '../clustering/mixture/split-and-merge.js';
import { sampleMixture } from '../clustering/mixture/sample-mixture.js';
import { loadMixture } from '../clustering/mixture/serialise-mixture.js';
import { mixtureSpace } from '../clustering/mixture-space.js';
import { fitSoftAssignment, softAssign } from '../clustering/soft-assignment.js';
import { structureMetrics } from '../clustering/structure-metrics.js';
import { type Config } from '../contracts/config.js';
import { drawRows } from '../numeric/draw-rows.js';
import { gatherRows, type Matrix } from '../numeric/matrix.js';
import { seededRandom } from '../numeric/seeded-random.js';
import { type OnProgress } from '../progress.js';
import { adjustedRandIndex } from './adjusted-rand-index.js';
import { bootstrapJaccard } from './bootstrap-jaccard.js';
import { contingency } from './contingency.js';
import { reproducedInformation } from './reproduced-information.js';
import { resampledStability } from './resampled-stability.js';
import { judgeStructure, type StructureTest } from './structure-test.js';

export interface StructureRequest {
  readonly latent: Matrix;
  readonly scaled: Matrix;
  /** After soft assignment. */
  readonly hdbscanLabels: Int32Array;
  readonly mixtureModel: Uint8Array;
  /** HDBSCAN's, as this run used them. */
  readonly settings: DensitySettings;
  readonly config: Pick<Config, 'softAssignment' | 'mixture' | 'stability' | 'seed'>;
  readonly threads: number;
}

interface DensityClusters {
  readonly labels: Int32Array;
  readonly softLabels: Int32Array;
  readonly relativeValidity: number;
}

const coldStarts = 4;
const lloydRounds = 10;
const quickTolerance = 1e-3;
const quickIterations = 40;

/** HDBSCAN with the run's settings; a fixed cluster size shrinks with the retailers drawn. */
async function densityClusters(
  points: Matrix,
  request: StructureRequest,
  retailers: number,
): Promise<DensityClusters> {
  const { settings } = request;
  const { clustering } = await fitHdbscan(points, {
    ...clusterOptionsOf(settings, points.rows, retailers),
    minSamples: settings.minSamples,
    threads: request.threads,
  });
  const hard = { labels: clustering.labels, strengths: clustering.probabilities };
  return {
    labels: hard.labels,
    softLabels: softAssign(
      fitSoftAssignment(points, hard.labels, request.config.softAssignment),
      points,
      hard,
    ).labels,
    relativeValidity: clustering.relativeValidity,
  };
}

/** One Gaussian of the same mean and covariance. */
function gaussianOf(points: Matrix): Mixture {
  return mixtureOfLabels(points, new Int32Array(points.rows), 1, 'full', 1e-9);
}

function emOptions(config: Config['mixture']): EmOptions {
  return {
    regularisation: config.regularisation,
    shrinkage: config.shrinkage,
    tolerance: quickTolerance,
    maxIterations: quickIterations,
  };
}

/** As many components as before, found from scratch. */
function coldMixture(input: Matrix, like: Mixture, options: EmOptions, seed: number): Mixture {
  const k = like.weights.length;
  const random = seededRandom(seed, 'cold mixture');
  const starts = Array.from({ length: coldStarts }, () =>
    mixtureOfLabels(
      input,
      lloyd(input, kmeansPlusPlus(input, k, random), lloydRounds),
      k,
      like.covariance,
      options.regularisation,
    ),
  );
  return splitAndMerge(input, bestAfterShortRuns(input, starts, options)!, seed, options).mixture;
}

function withNoise(fitted: FittedMixture, mixture: Mixture, input: Matrix): Int32Array {
  return predictMixture({ ...fitted, ...mixture }, input).labels;
}

const orNull = (values: Float64Array): (number | null)[] =>
  Array.from(values, (value) => (Number.isNaN(value) ? null : value));

/**
 * Whether there is structure, of what kind, and how well each cluster is found again. Bounded by retailers and resamples,
 * not by the clock: equal runs must have equal bytes. Bootstraps of the mixture continue from the fitted one, as the
 * next month will; the stability that methods are chosen by is that of fits from scratch on halves.
 */
export async function assessStructure(
  request: StructureRequest,
  onProgress: OnProgress,
): Promise<StructureTest> {
  const { config } = request;
  const { seed } = config;
  const { resamples, halves, nullDraws, maxRetailers } = config.stability;
  const everyone = request.latent.rows;
  const rows = drawRows(everyone, maxRetailers, seededRandom(seed, 'structure sample'));
  const latent = gatherRows(request.latent, rows);
  const { mixture: fitted, volumeCurve } = loadMixture(request.mixtureModel);
  const space = mixtureSpace(gatherRows(request.scaled, rows), volumeCurve);
  const total = 1 + nullDraws + halves + resamples;
  let done = 0;
  const step = (): void => onProgress({ phase: 'stability', done: ++done, total });

  const found = await densityClusters(latent, request, everyone);
  const observed = structureMetrics(found.labels);
  step();
  const chance = { draws: nullDraws, clusters: 0, noise: 1, relativeValidity: -1 };
  for (let draw = 0; draw < nullDraws; draw++) {
    const points = sampleMixture(gaussianOf(latent), latent.rows, seededRandom(seed, `null ${draw}`));
    const clusters = await densityClusters(points, request, everyone);
    const metrics = structureMetrics(clusters.labels);
    // What one cluster or none leaves unclustered says nothing about clusters.
    const noise = metrics.clusters >= 2 ? metrics.noise : 1;
    if (noise <= chance.noise) Object.assign(chance, { noise, clusters: metrics.clusters });
    if (metrics.clusters >= 2) {
      chance.relativeValidity = Math.max(chance.relativeValidity, clusters.relativeValidity);
    }
    step();
  }

  const options = emOptions(config.mixture);
  const prediction = predictMixture(fitted, space);
  const hdbscanLabels = Int32Array.from(rows, (i) => request.hdbscanLabels[i]!);
  const hdbscanClusters = clusterCount(hdbscanLabels);
  const refitDensity = async (drawn: Int32Array): Promise<Int32Array> => {
    const clusters = await densityClusters(gatherRows(latent, drawn), request, everyone);
    return clusters.softLabels;
  };
  const densityStability = { adjustedRandIndex: 0, information: 0 };
  const mixtureStability = await resampledStability({
    labels: prediction.nearest,
    resamples: halves,
    seed,
    refit: (drawn, resample) => {
      const half = gatherRows(space, drawn);
      step();
      return mostLikelyComponents(coldMixture(half, fitted, options, seed + resample), half);
    },
  });
  const density =
    hdbscanClusters < 2
      ? undefined
      : await bootstrapJaccard({
          labels: hdbscanLabels,
          clusters: hdbscanClusters,
          resamples: halves,
          seed,
          // Rows drawn twice lie on each other, which is density that is not there.
          scheme: 'half',
          refit: async (drawn) => {
            const labels = await refitDensity(drawn);
            const expected = Int32Array.from(drawn, (i) => hdbscanLabels[i]!);
            const table = contingency(expected, labels);
            densityStability.adjustedRandIndex += adjustedRandIndex(table) / halves;
            densityStability.information += reproducedInformation(table) / halves;
            return labels;
          },
        });
  const bootstrap = await bootstrapJaccard({
    labels: prediction.labels,
    clusters: fitted.weights.length,
    resamples,
    seed,
    refit: (drawn) => {
      const resampled = gatherRows(space, drawn);
      const { mixture } = expectationMaximisation(resampled, fitted, options);
      step();
      return withNoise(fitted, mixture, resampled);
    },
  });
  const bic = (mixture: Mixture): number =>
    bayesianInformationCriterion(
      mixture,
      space.rows,
      meanLogLikelihood(mixture, space),
      config.mixture.shrinkage,
    );
  const single = mixtureOfLabels(
    space,
    new Int32Array(space.rows),
    1,
    fitted.covariance,
    config.mixture.regularisation,
  );
  return judgeStructure({
    observed: {
      clusters: observed.clusters,
      noise: observed.noise,
      relativeValidity: found.relativeValidity,
    },
    null: chance,
    stability: {
      hdbscan: density === undefined ? null : densityStability.adjustedRandIndex,
      mixture: mixtureStability.adjustedRandIndex,
    },
    information: {
      hdbscan: density === undefined ? null : densityStability.information,
      mixture: mixtureStability.information,
    },
    mixtureGain: (bic(single) - bic(fitted)) / space.rows,
    jaccard: {
      hdbscan: density === undefined ? [] : orNull(density.mean),
      mixture: orNull(bootstrap.mean),
    },
    retailers: rows.length,
    resamples,
  });
}
