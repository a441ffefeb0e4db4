import { z } from 'zod';
import { type Config } from '../contracts/config.js';
import { type Matrix } from '../numeric/matrix.js';
import { clusterCovariance } from './cluster-covariance.js';
import { type MixtureDensity, mixtureDensity } from './mixture/mixture-density.js';
import { type Mixture } from './mixture/mixture.js';
import { checkColumns } from './mixture/predict-mixture.js';
import { quantileOfSorted } from './mixture/quantile.js';

/** A cluster's own radius: this quantile of its members' Mahalanobis distances to its mean. */
const radiusQuantile = 0.95;

const numbers = z.array(z.number());

/** All that it takes to assign noise, and new retailers, softly: plain JSON. */
export const softAssignmentModelSchema = z.strictObject({
  version: z.literal(1),
  columns: z.int().positive(),
  /** Multiple of a cluster's radius within which it takes noise in; 0 where soft assignment is off. */
  reach: z.number().nonnegative(),
  /** A cluster each, in the order of their labels. `covariance` is d × d, row-major, shrunk. */
  clusters: z.array(
    z.strictObject({
      label: z.int().nonnegative(),
      weight: z.number().positive().max(1),
      mean: numbers,
      covariance: numbers,
      radius: z.number().positive(),
    }),
  ),
});

export type SoftAssignmentModel = z.infer<typeof softAssignmentModelSchema>;

export interface SoftAssignment {
  /** The given labels, with noise within reach of a cluster put there. */
  readonly labels: Int32Array;
  /** The given strengths; for what was assigned here, 1 at the cluster's centre falling to 0 at its reach. */
  readonly strengths: Float64Array;
  /** Rows that were noise and no longer are. */
  readonly assigned: number;
}

function asMixture(model: SoftAssignmentModel): Mixture {
  const d = model.columns;
  return {
    covariance: 'full',
    weights: Float64Array.from(model.clusters, (cluster) => cluster.weight),
    means: {
      data: Float64Array.from(model.clusters.flatMap((cluster) => cluster.mean)),
      rows: model.clusters.length,
      columns: d,
    },
    covariances: Float64Array.from(model.clusters.flatMap((cluster) => cluster.covariance)),
  };
}

/**
 * Describes each cluster by its mean, a covariance shrunk towards a sphere (so that small clusters stay sound) and
 * its own radius. Clusters are those of `labels` (−1 noise); numbers without rows are skipped.
 */
export function fitSoftAssignment(
  input: Matrix,
  labels: Int32Array,
  config: Config['softAssignment'],
): SoftAssignmentModel {
  const d = input.columns;
  const members = new Map<number, number[]>();
  labels.forEach((label, i) => {
    if (label < 0) return;
    const rows = members.get(label);
    if (rows === undefined) members.set(label, [i]);
    else rows.push(i);
  });
  const clustered = labels.reduce((sum, label) => sum + (label < 0 ? 0 : 1), 0);
  const clusters = [...members.keys()]
    .sort((a, b) => a - b)
    .map((label) => {
      const rows = members.get(label)!;
      const { mean, covariance, distances } = clusterCovariance(input, rows);
      return {
        label,
        weight: rows.length / clustered,
        mean: [...mean],
        covariance: [...covariance],
        radius: Math.max(quantileOfSorted(distances.sort(), radiusQuantile), Number.EPSILON),
      };
    });
  return { version: 1, columns: d, reach: config.enabled ? config.reach : 0, clusters };
}

/**
 * Puts noise (label −1) into its most likely cluster, where it lies within that cluster's reach. Rows may be those of
 * the fit or new ones; rows that already have a cluster keep it.
 */
export function softAssign(
  model: SoftAssignmentModel,
  input: Matrix,
  hard: { readonly labels: Int32Array; readonly strengths: Float64Array },
): SoftAssignment {
  checkColumns(input, model.columns, 'soft assignment');
  const labels = hard.labels.slice();
  const strengths = hard.strengths.slice();
  const k = model.clusters.length;
  if (k === 0 || model.reach === 0) return { labels, strengths, assigned: 0 };
  const density = mixtureDensity(asMixture(model));
  const posterior = new Float64Array(k);
  let assigned = 0;
  for (let i = 0; i < labels.length; i++) {
    if (labels[i]! >= 0) continue;
    const { label, reach } = nearest(model, density, posterior, input, i);
    if (reach > 1) continue;
    labels[i] = label;
    strengths[i] = 1 - reach;
    assigned++;
  }
  return { labels, strengths, assigned };
}

/** n × k: probability of each cluster of the model, by its Gaussian and size: the evidence that hysteresis weighs. */
export function softPosterior(model: SoftAssignmentModel, input: Matrix, clusters: number): Matrix {
  checkColumns(input, model.columns, 'soft assignment');
  const data = new Float64Array(input.rows * clusters);
  if (model.clusters.length > 0) {
    const density = mixtureDensity(asMixture(model));
    const posterior = new Float64Array(model.clusters.length);
    for (let i = 0; i < input.rows; i++) {
      density.evaluate(input.data, i * input.columns, posterior, 0);
      model.clusters.forEach(({ label }, c) => (data[i * clusters + label] = posterior[c]!));
    }
  }
  return { data, rows: input.rows, columns: clusters };
}

/** A row each: its distance to its most likely cluster as a share of that cluster's reach; Infinity where there is none. */
export function softReach(model: SoftAssignmentModel, input: Matrix): Float64Array {
  checkColumns(input, model.columns, 'soft assignment');
  const result = new Float64Array(input.rows).fill(Infinity);
  if (model.clusters.length === 0) return result;
  const density = mixtureDensity(asMixture(model));
  const posterior = new Float64Array(model.clusters.length);
  return result.map((_, i) => nearest(model, density, posterior, input, i).reach);
}

/** The most likely cluster of a row, and the row's distance to it as a share of its reach. */
function nearest(
  model: SoftAssignmentModel,
  density: MixtureDensity,
  posterior: Float64Array,
  input: Matrix,
  i: number,
): { label: number; reach: number } {
  const at = i * input.columns;
  density.evaluate(input.data, at, posterior, 0);
  let best = 0;
  for (let c = 1; c < posterior.length; c++) if (posterior[c]! > posterior[best]!) best = c;
  const cluster = model.clusters[best]!;
  const distance = Math.sqrt(density.squaredDistance(best, input.data, at));
  return { label: cluster.label, reach: distance / (model.reach * cluster.radius) };
}
