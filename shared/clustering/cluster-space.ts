import { type Config } from '../contracts/config.js';
import { type StructureMetrics } from '../contracts/structure-metrics.js';
import { type Matrix } from '../numeric/matrix.js';
import { type OnProgress } from '../progress.js';
import { clusterOptionsOf, type DensitySettings } from './density-settings.js';
import { fitHdbscan, serialiseHdbscan } from './hdbscan/index.js';
import { fitSoftAssignment, softAssign, type SoftAssignmentModel } from './soft-assignment.js';
import { structureMetrics } from './structure-metrics.js';

/** One space to be clustered by HDBSCAN: the latent one, the raw features, or a control's. */
export interface ClusterSpaceRequest {
  /** Retailers × dimensions. */
  readonly points: Matrix;
  readonly settings: DensitySettings;
  /** Undefined: noise stays noise, as in the raw baseline. */
  readonly softAssignment: Config['softAssignment'] | undefined;
  /** Threads for the computation; the result does not depend on it. */
  readonly threads: number;
}

/** A value each retailer, in the order of the rows. */
export interface ClusteredSpace {
  /** HDBSCAN's own labels, −1 noise. */
  readonly hardLabels: Int32Array;
  /** After soft assignment of noise; equal to `hardLabels` without it. */
  readonly labels: Int32Array;
  /** Membership strength of `labels`, 0 for noise. */
  readonly strengths: Float64Array;
  /** GLOSH, 0 to 1. */
  readonly outlierScores: Float64Array;
  readonly metrics: StructureMetrics;
  readonly hardMetrics: StructureMetrics;
  /** `hdbscan-*.json.gz`. */
  readonly model: Uint8Array;
  readonly softAssignment: SoftAssignmentModel | undefined;
}

/** HDBSCAN with the run's settings, then soft assignment of the noise that lies near a cluster. */
export async function clusterSpace(
  request: ClusterSpaceRequest,
  onProgress: OnProgress,
): Promise<ClusteredSpace> {
  const { points, settings, threads } = request;
  const model = await fitHdbscan(points, {
    ...clusterOptionsOf(settings, points.rows),
    minSamples: settings.minSamples,
    threads,
    onProgress,
  });
  const { labels, probabilities, outlierScores } = model.clustering;
  const hard = { labels, strengths: probabilities };
  const softModel =
    request.softAssignment === undefined
      ? undefined
      : fitSoftAssignment(points, hard.labels, request.softAssignment);
  const soft = softModel === undefined ? hard : softAssign(softModel, points, hard);
  return {
    hardLabels: hard.labels,
    labels: soft.labels,
    strengths: soft.strengths,
    outlierScores,
    metrics: structureMetrics(soft.labels),
    hardMetrics: structureMetrics(hard.labels),
    model: serialiseHdbscan(model),
    softAssignment: softModel,
  };
}
