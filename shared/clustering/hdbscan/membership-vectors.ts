import { row, type Matrix } from '../../numeric/matrix.js';
import { attach } from './attachment.js';
import { exemplarDistances, toCloseness } from './exemplar-distances.js';
import { splitHeights } from './merge-heights.js';
import { type HdbscanModel } from './model.js';

/** Keeps quotients finite where a point stays to the very end of its cluster, as Python's hdbscan does. */
const epsilon = 1e-8;

/**
 * Soft clustering: for each point the probability of each label, a matrix of points × clusters whose rows sum to the
 * probability that the point is in any cluster. It joins closeness to the exemplars with how early, going up the
 * hierarchy, the point meets the cluster. Without `points` the fitted rows are meant; these and new points differ in
 * the formula, as they do in Python's hdbscan, which this agrees with.
 * @throws SegmentsError InvalidMatrix.
 */
export function membershipVectors(model: HdbscanModel, points?: Matrix): Matrix {
  const { condensedTree, clusterOf } = model.clustering;
  const { pointCluster, pointLambda } = condensedTree;
  if (points === undefined) {
    return combine(
      model,
      model.points,
      pointCluster,
      pointLambda,
      fittedScore,
      (closeness, score) => closeness * score,
    );
  }
  const { neighbours, lambdas } = attach(model, points);
  const clusters = neighbours.map((neighbour) => pointCluster[neighbour]!);
  // A new point cannot outlast the fitted one that it joins.
  const ownLambda = lambdas.map((lambda, i) => Math.min(lambda, pointLambda[neighbours[i]!]!));
  if (clusterOf.length === 0) return { data: new Float64Array(0), rows: points.rows, columns: 0 };
  return combine(
    model,
    points,
    clusters,
    ownLambda,
    newScore,
    (closeness, score) => Math.sqrt(closeness) * score ** 2,
  );
}

/** How close to the end of its cluster a fitted point meets another; before the softmax. */
function fittedScore(height: number, largest: number): number {
  return Math.exp(-ratio(largest + epsilon, height));
}

/** The same for a new point. */
function newScore(height: number, largest: number): number {
  if (largest === Infinity) return height === Infinity ? 1 : 0;
  const distance = largest - height;
  return largest / (distance > 0 ? distance : epsilon);
}

function combine(
  model: HdbscanModel,
  points: Matrix,
  clusters: Int32Array,
  lambdas: Float64Array,
  scoreOf: (height: number, largest: number) => number,
  join: (closeness: number, score: number) => number,
): Matrix {
  const { condensedTree, clusterOf } = model.clustering;
  const { death } = condensedTree;
  const fitted = scoreOf === fittedScore;
  const splits = new Map<number, Float64Array>();
  const result = exemplarDistances(model, points);
  const heights = new Float64Array(clusterOf.length);
  const scores = new Float64Array(clusterOf.length);
  for (let i = 0; i < points.rows; i++) {
    const cluster = clusters[i]!;
    const lambda = lambdas[i]!;
    let split = splits.get(cluster);
    if (!split) splits.set(cluster, (split = splitHeights(condensedTree, cluster, clusterOf)));
    for (let j = 0; j < heights.length; j++) {
      heights[j] = Number.isNaN(split[j]!) ? lambda : split[j]!;
      // Python's hdbscan takes a new point's λ in 32 bits here.
      const height = fitted || !Number.isNaN(split[j]!) ? heights[j]! : Math.fround(lambda);
      scores[j] = scoreOf(height, death[cluster]!);
    }
    softmax(scores);
    const vector = row(result, i);
    toCloseness(vector);
    for (let j = 0; j < vector.length; j++) vector[j] = join(vector[j]!, scores[j]!);
    const sum = vector.reduce((a, b) => a + b, 0);
    const inSome = probabilityOfSome(heights, lambda, clusterOf, death, fitted ? 0 : epsilon);
    for (let j = 0; j < vector.length; j++)
      vector[j] = sum > 0 ? (vector[j]! / sum) * inSome : inSome / vector.length;
  }
  return result;
}

function softmax(scores: Float64Array): void {
  const largest = scores.reduce((a, b) => Math.max(a, b), -Infinity);
  let sum = 0;
  for (let j = 0; j < scores.length; j++) {
    scores[j] = Math.exp(scores[j]! - largest);
    sum += scores[j]!;
  }
  for (let j = 0; j < scores.length; j++) scores[j]! /= sum;
}

/**
 * λ at which the point meets its nearest cluster as a share of the largest λ there. Of equally near clusters the one
 * highest in the hierarchy counts, which has the smallest number in it.
 */
function probabilityOfSome(
  heights: Float64Array,
  lambda: number,
  clusterOf: Int32Array,
  death: Float64Array,
  epsilon: number,
): number {
  let nearest = 0;
  for (let j = 1; j < heights.length; j++) {
    const [height, highest] = [heights[j]!, heights[nearest]!];
    if (height > highest || (height === highest && clusterOf[j]! < clusterOf[nearest]!)) nearest = j;
  }
  return ratio(heights[nearest]!, Math.max(death[clusterOf[nearest]!]!, lambda) + epsilon);
}

/** a / b, 1 where both are infinite. */
function ratio(a: number, b: number): number {
  return a === Infinity && b === Infinity ? 1 : a / b;
}
