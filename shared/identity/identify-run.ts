import { clusterCount } from '../clustering/cluster-count.js';
import { type BehaviourChange, detectChanges, withChangeRates } from '../changes/detect-changes.js';
import { labelByCourses } from '../courses/label-by-courses.js';
import { monthsWeight } from '../courses/months-weight.js';
import { type MarketCourses } from '../courses/segment-course.js';
import { provenClusters } from '../changes/moved-retailers.js';
import { type RetailerMonths } from '../courses/retailer-months.js';
import { type AsOfMonth, monthOfIndex } from '../contracts/as-of-month.js';
import { type Config } from '../contracts/config.js';
import { type StructureMetrics } from '../contracts/structure-metrics.js';
import { chooseMethod, type Method, type MethodChoice } from '../clustering/method-choice.js';
import { loadMixture } from '../clustering/mixture/serialise-mixture.js';
import { mixtureSpace } from '../clustering/mixture-space.js';
import { predictMixture } from '../clustering/mixture/predict-mixture.js';
import {
  fitSoftAssignment,
  softPosterior,
  softReach,
  type SoftAssignmentModel,
} from '../clustering/soft-assignment.js';
import { structureMetrics } from '../clustering/structure-metrics.js';
import { type StructureTest } from '../stability/structure-test.js';
import { type Matrix, zeros } from '../numeric/matrix.js';
import { identifySegments } from './identify-segments.js';
import { type NameOverrides, overrideNames } from './name-overrides.js';
import { nameSegments } from './segment-registry.js';
import { segmentNames } from './segment-names.js';
import { type SegmentsFile, segmentsFileVersion } from './segments-file.js';
import { steadyAssignment } from './steady-assignment.js';
import { waitingClusters, type WaitingMove, waitingMoves } from './waiting-moves.js';

/** Clusters of one method: a value a retailer. */
export interface MethodClusters {
  readonly labels: Int32Array;
  /** Before noise was assigned softly; the same as `labels` for the mixture. */
  readonly hardLabels: Int32Array;
  readonly strengths: Float64Array;
  readonly outlierScores: Float64Array;
}

export interface IdentifyRequest {
  readonly asOf: AsOfMonth;
  readonly config: Config;
  /** Sorted. */
  readonly shopIds: readonly string[];
  readonly latent: Matrix;
  /** Scaled features of the representation: the mixture's space. */
  readonly scaled: Matrix;
  readonly featureNames: readonly string[];
  readonly hdbscan: MethodClusters;
  readonly softAssignment: SoftAssignmentModel;
  readonly mixture: MethodClusters;
  readonly mixtureModel: Uint8Array;
  /** The retailers month by month; without them features alone decide, and nobody is seen to change. */
  readonly months?: RetailerMonths | undefined;
  /** What speaks for either method; without it the choice goes by separation alone. */
  readonly structureTest?: StructureTest | undefined;
  /** Names that people gave, by segment ID: they win over those made here. */
  readonly nameOverrides?: NameOverrides | undefined;
  readonly previous:
    | {
        readonly segments: SegmentsFile;
        readonly shopIds: readonly string[];
        readonly segmentIds: readonly (string | null)[];
        /** Retailers that it held back: where they would have gone, and for how many runs in a row. */
        readonly waiting?: ReadonlyMap<string, WaitingMove> | undefined;
      }
    | undefined;
}

/** A retailer that is in its segment for what it did lately, not for its whole history. */
export interface ChangedRetailer {
  readonly shopId: string;
  /** Likeliest first month of the new behaviour. */
  readonly changedIn: AsOfMonth;
  readonly segmentId: string;
  /** Where the features of the whole window put it, null for noise. */
  readonly historySegmentId: string | null;
  readonly previousSegmentId: string | null;
  /** That it changed, and that it changed to the course of `segmentId`. */
  readonly probability: number;
  readonly segmentProbability: number;
}

/** Segments of a run; arrays hold a value a retailer. */
export interface IdentifiedRetailers {
  readonly method: Method;
  readonly choice: MethodChoice;
  readonly segmentIds: readonly (string | null)[];
  readonly clusters: Int32Array;
  readonly hardClusters: Int32Array;
  readonly strengths: Float64Array;
  readonly outlierScores: Float64Array;
  readonly previousSegmentIds: readonly (string | null)[];
  /** Retailers that hysteresis kept where they were. */
  readonly held: number;
  readonly waiting: ReadonlyMap<string, WaitingMove>;
  /** Retailers that are where they are since their own months show that they changed, sorted. */
  readonly changed: readonly ChangedRetailer[];
  readonly born: readonly string[];
  readonly retired: readonly string[];
  /** Mean bootstrap Jaccard of each segment, where it was measured. */
  readonly bootstrapJaccard: ReadonlyMap<string, number>;
  /** Structure of the segments themselves. */
  readonly metrics: StructureMetrics;
  readonly file: SegmentsFile;
}

/** Chooses the method, matches its clusters to the previous run's segments, steadies the assignment, and names what is new. */
export function identifyRun(request: IdentifyRequest): IdentifiedRetailers {
  const { asOf, config, shopIds, latent, scaled, previous } = request;
  const test = request.structureTest;
  const choice = chooseMethod({
    clusterer: config.clusterer,
    hdbscan: {
      labels: request.hdbscan.labels,
      stability: test?.stability.hdbscan ?? undefined,
      information: test?.information?.hdbscan ?? undefined,
      problems:
        test === undefined || test.verdict === 'density structure' ? [] : ['there is no density structure'],
    },
    mixture: {
      labels: request.mixture.labels,
      stability: test?.stability.mixture ?? undefined,
      information: test?.information?.mixture ?? undefined,
    },
    spaces: [latent, scaled],
    limits: config.gate,
    seed: config.seed,
    previous: previous?.segments.method,
  });
  const { method } = choice;
  const own = method === 'hdbscan' ? request.hdbscan : request.mixture;
  const space = method === 'hdbscan' ? latent : scaled;
  const { posterior: byFeatures, noise } = evidence(request, method);
  const { labels, posterior, courses, members, changes } = askMonths(request, method, own.labels, byFeatures);
  const clusters = posterior.columns;
  const centroids = means(space, labels, clusters);

  const known = previous?.segments;
  const sameSpace = known?.method === method && known.centroids.columns === space.columns;
  const identity = identifySegments({
    asOf,
    shopIds,
    labels,
    clusters,
    centroids,
    previous: previous && {
      registry: previous.segments.registry,
      shopIds: previous.shopIds,
      segmentIds: previous.segmentIds,
      centroids: sameSpace
        ? {
            ids: known.centroids.ids,
            values: {
              data: Float64Array.from(known.centroids.values),
              rows: known.centroids.ids.length,
              columns: known.centroids.columns,
            },
          }
        : undefined,
    },
  });
  const proven = provenClusters({
    changes,
    raw: labels,
    previous: identity.previousCluster,
    minProbability: config.changes.minProbability,
  });
  const steady = steadyAssignment({
    raw: labels,
    posterior,
    proven,
    previous: identity.previousCluster,
    moveMargin: config.mixture.moveMargin,
    movePersistence: config.mixture.movePersistence,
    waiting: previous?.waiting && waitingClusters(shopIds, previous.waiting, identity.segmentOfCluster),
    noise,
  });
  const segmentIds = Array.from(steady.labels, (label) =>
    label < 0 ? null : identity.segmentOfCluster[label]!,
  );
  const before = new Map(previous?.shopIds.map((id, i) => [id, previous.segmentIds[i] ?? null]));
  const registry = overrideNames(identity.registry, request.nameOverrides ?? {});
  const names = segmentNames({
    segmentIds,
    featureNames: request.featureNames,
    features: scaled,
    registry,
  });
  const present = identity.segmentOfCluster.flatMap((id, cluster) => (id === null ? [] : [{ id, cluster }]));
  return {
    method,
    choice,
    segmentIds,
    clusters: labels,
    hardClusters: own.hardLabels,
    strengths: strengthsOf({ method, own, labels }, steady, changes),
    outlierScores: own.outlierScores,
    previousSegmentIds: shopIds.map((id) => before.get(id) ?? null),
    held: steady.held,
    waiting: waitingMoves(shopIds, steady, identity.segmentOfCluster),
    changed: changes.flatMap((change): ChangedRetailer[] => {
      const { retailer: i, period, probability, clusterProbability } = change;
      const segmentId = identity.segmentOfCluster[change.cluster] ?? null;
      if (proven[i] !== change.cluster || segmentId === null || labels[i] === change.cluster) return [];
      return [
        {
          shopId: shopIds[i]!,
          changedIn: monthOfIndex(period),
          segmentId,
          historySegmentId: identity.segmentOfCluster[labels[i]!] ?? null,
          previousSegmentId: before.get(shopIds[i]!) ?? null,
          probability,
          segmentProbability: clusterProbability,
        },
      ];
    }),
    born: identity.born,
    retired: identity.retired,
    bootstrapJaccard: new Map(
      present.flatMap(({ id, cluster }) => {
        const jaccard = test?.jaccard[method][cluster];
        return jaccard === undefined || jaccard === null ? [] : [[id, jaccard] as const];
      }),
    ),
    metrics: structureMetrics(steady.labels),
    file: {
      version: segmentsFileVersion,
      asOf,
      method,
      segmentOfCluster: [...identity.segmentOfCluster],
      registry: nameSegments(registry, names),
      centroids: {
        ids: present.map(({ id }) => id),
        columns: space.columns,
        values: present.flatMap(({ cluster }) => [
          ...centroids.data.subarray(cluster * space.columns, (cluster + 1) * space.columns),
        ]),
      },
      softAssignment: request.softAssignment,
      ...(members === undefined ? {} : { members }),
      ...(courses === undefined ? {} : { courses }),
    },
  };
}

/**
 * What features say, corrected by the retailers' months; no courses where nobody knows the months, or wants to. HDBSCAN's
 * clusters are dense cores, which say too surely who belongs to them: they are described anew by those whom the months put there.
 */
function askMonths(
  { months, config, latent }: IdentifyRequest,
  method: Method,
  labels: Int32Array,
  posterior: Matrix,
): {
  labels: Int32Array;
  posterior: Matrix;
  courses: MarketCourses | undefined;
  members: SoftAssignmentModel | undefined;
  changes: readonly BehaviourChange[];
} {
  const weight = monthsWeight(config.courses, method);
  if (months === undefined || (weight === 0 && !config.changes.enabled)) {
    return { labels, posterior, courses: undefined, members: undefined, changes: [] };
  }
  const membersOf = (of: Int32Array): SoftAssignmentModel =>
    fitSoftAssignment(latent, of, config.softAssignment);
  const follows = method === 'hdbscan' && weight > 0;
  const found = labelByCourses({
    months,
    labels,
    posterior,
    weight,
    refit: follows ? (of) => softPosterior(membersOf(of), latent, posterior.columns) : undefined,
  });
  const courses = withChangeRates(months, found.courses);
  const changes = config.changes.enabled ? detectChanges(months, courses, config.changes) : [];
  return {
    labels: found.labels,
    posterior: found.posterior,
    courses,
    members: follows ? membersOf(found.fittedTo) : undefined,
    changes,
  };
}

/**
 * HDBSCAN's own strength where its label stands; else the probability of the label, by features and months; that of the
 * change where one decided.
 */
function strengthsOf(
  { method, own, labels }: { method: Method; own: MethodClusters; labels: Int32Array },
  steady: { labels: Int32Array; strengths: Float64Array },
  changes: readonly BehaviourChange[],
): Float64Array {
  const changed = new Map(changes.map((change) => [change.retailer, change]));
  return steady.strengths.map((strength, i) => {
    if (steady.labels[i] === labels[i]) {
      return method === 'hdbscan' && labels[i] === own.labels[i] ? own.strengths[i]! : strength;
    }
    const change = changed.get(i);
    return change?.cluster === steady.labels[i] ? change!.clusterProbability : strength;
  });
}

/**
 * HDBSCAN's line between a cluster and noise has a width: a retailer crosses it outwards only this far beyond a cluster's reach,
 * and inwards only this far within.
 */
const reachBand = { enter: -1.25, leave: -0.8 };

function evidence(request: IdentifyRequest, method: Method) {
  if (method === 'hdbscan') {
    const clusters = clusterCount(request.hdbscan.labels);
    const { softAssignment, latent } = request;
    return {
      posterior: softPosterior(softAssignment, latent, clusters),
      noise:
        softAssignment.reach === 0
          ? undefined
          : { density: softReach(softAssignment, latent).map((reach) => -reach), ...reachBand },
    };
  }
  const { mixture, volumeCurve } = loadMixture(request.mixtureModel);
  const { posterior, logDensity } = predictMixture(mixture, mixtureSpace(request.scaled, volumeCurve));
  return { posterior, noise: { density: logDensity, ...mixture.noiseBand } };
}

/** Mean of each cluster's rows, k × d; zeros for a cluster without rows. */
function means(space: Matrix, labels: Int32Array, clusters: number): Matrix {
  const d = space.columns;
  const result = zeros(clusters, d);
  const counts = new Float64Array(clusters);
  labels.forEach((label, i) => {
    if (label < 0) return;
    counts[label] = counts[label]! + 1;
    for (let j = 0; j < d; j++)
      result.data[label * d + j] = result.data[label * d + j]! + space.data[i * d + j]!;
  });
  for (let at = 0; at < result.data.length; at++) {
    result.data[at] = result.data[at]! / Math.max(1, counts[Math.floor(at / d)]!);
  }
  return result;
}
