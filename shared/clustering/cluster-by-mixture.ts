import { type Config } from '../contracts/config.js';
import { type StructureMetrics } from '../contracts/structure-metrics.js';
import { sameNames } from '../features/same-names.js';
import { type Matrix } from '../numeric/matrix.js';
import { type OnProgress } from '../progress.js';
import { type MonthsBeside } from '../courses/months-beside.js';
import { fitMixture } from './mixture/fit-mixture.js';
import { predictMixture } from './mixture/predict-mixture.js';
import { loadMixture, serialiseMixture } from './mixture/serialise-mixture.js';
import { fitVolumeCurve, mixtureSpace } from './mixture-space.js';
import { structureMetrics } from './structure-metrics.js';

/** The scaled features of the representation, to be clustered by a Gaussian mixture. */
export interface MixtureRequest {
  readonly input: Matrix;
  readonly featureNames: readonly string[];
  readonly config: Config['mixture'];
  readonly seed: number;
  /** What the retailers do month by month, where it is known. */
  readonly beside?: MonthsBeside | undefined;
  /** `mixture.json.gz` of the run to continue; not used where its features are others. */
  readonly previous: Uint8Array | undefined;
}

export interface MixtureClusters {
  /** Component a retailer, −1 noise. */
  readonly labels: Int32Array;
  readonly strengths: Float64Array;
  readonly outlierScores: Float64Array;
  readonly metrics: StructureMetrics;
  readonly components: number;
  readonly start: 'cold' | 'warm';
  /** `mixture.json.gz`. */
  readonly model: Uint8Array;
}

/** Fits the mixture, continuing the previous run's where it can, and labels the retailers by it. */
export function clusterByMixture(request: MixtureRequest, onProgress: OnProgress): MixtureClusters {
  const { featureNames, config, seed, beside } = request;
  const volumeCurve = fitVolumeCurve(request.input, featureNames);
  const input = mixtureSpace(request.input, volumeCurve);
  const previous = request.previous === undefined ? undefined : loadMixture(request.previous);
  const fit = fitMixture(input, {
    config,
    seed,
    beside,
    warm: previous && sameNames(previous.features, featureNames) ? previous.mixture : undefined,
    onProgress,
  });
  const { labels, strengths, outlierScores } = predictMixture(fit.mixture, input);
  return {
    labels,
    strengths,
    outlierScores,
    metrics: structureMetrics(labels),
    components: fit.mixture.weights.length,
    start: fit.start,
    model: serialiseMixture(fit.mixture, featureNames, volumeCurve),
  };
}
