import { detectChanges } from '../changes/detect-changes.js';
import { mostLikelyBeside, posteriorByCourses } from '../courses/label-by-courses.js';
import { monthsWeight } from '../courses/months-weight.js';
import { provenClusters } from '../changes/moved-retailers.js';
import { type RetailerMonths } from '../courses/retailer-months.js';
import { encode } from '../autoencoder/encode.js';
import { loadAutoencoder } from '../autoencoder/load-autoencoder.js';
import { approximatePredict, loadHdbscan } from '../clustering/hdbscan/index.js';
import { loadMixture } from '../clustering/mixture/serialise-mixture.js';
import { mixtureSpace } from '../clustering/mixture-space.js';
import { predictMixture } from '../clustering/mixture/predict-mixture.js';
import { softAssign, softPosterior } from '../clustering/soft-assignment.js';
import { structureMetrics } from '../clustering/structure-metrics.js';
import { type Config } from '../contracts/config.js';
import { type StructureMetrics } from '../contracts/structure-metrics.js';
import { latentClusters, type SegmentsFile } from '../identity/segments-file.js';
import { type Matrix } from '../numeric/matrix.js';

/** New retailers, scaled by the run's own scaler, and the run's saved models as they are in the store. */
export interface ScoreRequest {
  readonly scaled: Matrix;
  readonly autoencoder: { readonly modelJson: Uint8Array; readonly weightsBin: Uint8Array };
  readonly hdbscan: Uint8Array;
  readonly mixture: Uint8Array;
  readonly segments: SegmentsFile;
  /** What the same retailers did month by month; without it features alone decide, and nobody is seen to change. */
  readonly recent?:
    | {
        readonly months: RetailerMonths;
        /** Where they were, null in no segment or unknown. */
        readonly previousSegmentIds: readonly (string | null)[];
        readonly config: Pick<Config, 'courses' | 'changes'>;
      }
    | undefined;
}

/** A value a retailer. */
export interface ScoredRetailers {
  readonly segmentIds: readonly (string | null)[];
  readonly clusters: Int32Array;
  readonly hardClusters: Int32Array;
  readonly strengths: Float64Array;
  readonly outlierScores: Float64Array;
  /** Rows that are in their segment since their own months show a change: month index of its first month. */
  readonly changedIn: ReadonlyMap<number, number>;
  readonly latent: Matrix;
  readonly metrics: StructureMetrics;
}

/** Puts new retailers into the segments of a finished run. Fits nothing: the same retailer gets the same answer. */
export function scoreRetailers(request: ScoreRequest): ScoredRetailers {
  const { scaled, segments } = request;
  const model = loadAutoencoder(request.autoencoder.modelJson, request.autoencoder.weightsBin);
  const latent = encode(model, scaled);
  const byFeatures = pointLabeller(request)(segments.method === 'mixture' ? scaled : latent);
  const labelled = withMonths(request, byFeatures);
  const { clusters, strengths, changedIn } = withChanges(request, labelled);
  return {
    clusters: labelled.clusters,
    hardClusters: labelled.hardClusters,
    outlierScores: labelled.outlierScores,
    strengths,
    segmentIds: segmentsOfClusters(segments, clusters),
    changedIn,
    latent,
    metrics: structureMetrics(labelled.clusters),
  };
}

interface Labelled extends Pick<
  ScoredRetailers,
  'clusters' | 'hardClusters' | 'strengths' | 'outlierScores'
> {
  /** n × k: probability of each cluster. */
  readonly posterior: Matrix;
}

/** The retailers' clusters once their months have spoken, as in the run itself. */
function withMonths({ recent, segments }: ScoreRequest, labelled: Labelled): Labelled {
  if (recent === undefined || segments.courses === undefined) return labelled;
  const weight = monthsWeight(recent.config.courses, segments.method);
  const posterior = posteriorByCourses(labelled.posterior, recent.months, segments.courses, weight);
  const clusters = mostLikelyBeside(labelled.clusters, posterior);
  const strengths = labelled.strengths.map((own, i) => {
    const cluster = clusters[i]!;
    if (cluster < 0 || (segments.method === 'hdbscan' && cluster === labelled.clusters[i])) return own;
    return posterior.data[i * posterior.columns + cluster]!;
  });
  return { ...labelled, clusters, strengths, posterior };
}

/** The retailers' clusters once those that changed lately are moved, by the courses that the run left. */
function withChanges(
  { recent, segments }: ScoreRequest,
  labelled: Labelled,
): Pick<ScoredRetailers, 'clusters' | 'strengths' | 'changedIn'> {
  const changedIn = new Map<number, number>();
  const { clusters: raw, strengths: own } = labelled;
  if (recent === undefined || segments.courses === undefined || !recent.config.changes.enabled) {
    return { clusters: raw, strengths: own, changedIn };
  }
  const changes = detectChanges(recent.months, segments.courses, recent.config.changes);
  const previous = Int32Array.from(recent.previousSegmentIds, (id) => {
    const cluster = id === null ? -1 : segments.segmentOfCluster.indexOf(id);
    return cluster < 0 ? -2 : cluster;
  });
  const proven = provenClusters({
    changes,
    raw,
    previous,
    minProbability: recent.config.changes.minProbability,
  });
  const clusters = raw.slice();
  const strengths = own.slice();
  for (const { retailer, cluster, clusterProbability, period } of changes) {
    if (proven[retailer] !== cluster || raw[retailer] === cluster) continue;
    clusters[retailer] = cluster;
    strengths[retailer] = clusterProbability;
    changedIn.set(retailer, period);
  }
  return { clusters, strengths, changedIn };
}

/** Segment of each retailer, null for noise. */
export function segmentsOfClusters(segments: SegmentsFile, clusters: Int32Array): (string | null)[] {
  return Array.from(clusters, (cluster) =>
    cluster < 0 ? null : (segments.segmentOfCluster[cluster] ?? null),
  );
}

/**
 * Loads the run's method of record, which labels points of the space that it looks at: scaled features for the mixture,
 * embeddings for HDBSCAN.
 */
export function pointLabeller(
  models: Omit<ScoreRequest, 'scaled' | 'autoencoder' | 'recent'>,
): (points: Matrix) => Labelled {
  return models.segments.method === 'mixture' ? byMixture(models) : byHdbscan(models);
}

function byMixture(models: Pick<ScoreRequest, 'mixture'>): (scaled: Matrix) => Labelled {
  const { mixture, volumeCurve } = loadMixture(models.mixture);
  return (scaled) => {
    const { labels, ...rest } = predictMixture(mixture, mixtureSpace(scaled, volumeCurve));
    return { ...rest, clusters: labels, hardClusters: labels };
  };
}

function byHdbscan({
  hdbscan,
  segments,
}: Pick<ScoreRequest, 'hdbscan' | 'segments'>): (latent: Matrix) => Labelled {
  const model = loadHdbscan(hdbscan);
  return (latent) => {
    const { labels, strengths, outlierScores } = approximatePredict(model, latent);
    const soft = softAssign(segments.softAssignment, latent, { labels, strengths });
    return {
      clusters: soft.labels,
      hardClusters: labels,
      strengths: soft.strengths,
      outlierScores,
      posterior: softPosterior(latentClusters(segments), latent, segments.segmentOfCluster.length),
    };
  };
}
