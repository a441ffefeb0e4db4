import { readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { type Matrix } from '../../../shared/numeric/matrix.js';
import { type HdbscanOptions } from '../../../shared/clustering/hdbscan/index.js';

type Numbers = (number | null)[];

/** What Python's hdbscan gave for one configuration; README.md of this folder says what the fields are. */
export interface GoldenConfig {
  readonly params: {
    cluster_selection_method?: 'leaf';
    allow_single_cluster?: boolean;
    cluster_selection_epsilon?: number;
    alpha?: number;
    metric?: 'manhattan';
    max_cluster_size?: number;
  };
  readonly n_clusters: number;
  readonly labels: number[];
  readonly probabilities: number[];
  readonly outlier_scores: number[];
  readonly cluster_persistence: number[];
  readonly ambiguous: {
    labels: number[];
    probabilities: number[];
    outlier_scores: number[];
    membership?: number[];
    predict?: number[];
    membership_new?: number[];
  };
  readonly refits: { ari_min: number; noise_min: number; noise_max: number };
  readonly approximate_predict?: {
    labels: number[];
    strengths: number[];
    neighbors: number[];
    outlier_scores: number[];
  };
  readonly all_points_membership_vectors?: Numbers[];
  readonly membership_vector_new?: Numbers[];
  readonly exemplars?: number[][];
  readonly mst_total_weight?: number;
  readonly relative_validity?: number | null;
  readonly dbcv_validity_index?: number | null;
}

export interface GoldenSet {
  readonly name: string;
  readonly ties: boolean;
  readonly tolerance: number;
  readonly points: Matrix;
  readonly newPoints: Matrix;
  readonly minClusterSize: number;
  readonly minSamples: number;
  readonly configs: Record<string, GoldenConfig>;
}

const folder = new URL('./', import.meta.url);

export function goldenSets(): GoldenSet[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json.gz'))
    .map((name) => {
      const raw = JSON.parse(gunzipSync(readFileSync(new URL(name, folder))).toString('utf8')) as Record<
        string,
        never
      >;
      return {
        name: raw['name']!,
        ties: raw['ties']!,
        tolerance: raw['tol']!,
        points: matrix(raw['points']!),
        newPoints: matrix(raw['new_points']!),
        minClusterSize: raw['min_cluster_size']!,
        minSamples: raw['min_samples']!,
        configs: raw['configs']!,
      };
    });
}

export function optionsOf(set: GoldenSet, { params }: GoldenConfig): HdbscanOptions {
  return {
    minClusterSize: set.minClusterSize,
    minSamples: set.minSamples,
    selection: params.cluster_selection_method ?? 'eom',
    allowSingleCluster: params.allow_single_cluster ?? false,
    selectionEpsilon: params.cluster_selection_epsilon ?? 0,
    alpha: params.alpha ?? 1,
    metric: params.metric ?? 'euclidean',
    maxClusterSize: params.max_cluster_size ?? 0,
  };
}

function matrix(rows: number[][]): Matrix {
  return { data: Float64Array.from(rows.flat()), rows: rows.length, columns: rows[0]!.length };
}
