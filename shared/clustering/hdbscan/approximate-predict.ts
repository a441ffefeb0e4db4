import { type Matrix } from '../../numeric/matrix.js';
import { attach } from './attachment.js';
import { type HdbscanModel } from './model.js';
import { deepestLambdas, outlierScore } from './outlier-scores.js';
import { strengthAt } from './strengths.js';

export interface Prediction {
  /** By point: a label of the fit, or −1. */
  readonly labels: Int32Array;
  /** By point, 0 to 1: λ of the point / the largest of its cluster; 0 for noise. */
  readonly strengths: Float64Array;
  /**
   * By point: GLOSH against the fitted hierarchy. At most 1; below 0 where the point is denser than any fitted one
   * there; 1 where the fit found no structure at all.
   */
  readonly outlierScores: Float64Array;
  /** By point: the fitted row through which it joins. */
  readonly neighbours: Int32Array;
}

/**
 * Labels of new points in the clusters of a fit, which stay as they are: each joins the cluster that its nearest fitted
 * row is in at its own λ. A selected cluster stands for all below it, so whatever the fit selected by (epsilon, size),
 * only its labels come out; where the root is the one cluster, a point must come as close as the fit asked of its own.
 * @throws SegmentsError InvalidMatrix.
 */
export function approximatePredict(model: HdbscanModel, points: Matrix): Prediction {
  const { condensedTree, labelOf, clusterOf, rootLambda } = model.clustering;
  const { parent, birth, death, pointCluster, pointLambda } = condensedTree;
  const { neighbours, lambdas, known } = attach(model, points);
  const deepest = deepestLambdas(condensedTree);
  const labels = new Int32Array(points.rows).fill(-1);
  const strengths = new Float64Array(points.rows);
  const outlierScores = new Float64Array(points.rows);
  for (let i = 0; i < points.rows; i++) {
    const row = neighbours[i]!;
    const lambda = lambdas[i]!;
    let cluster = pointCluster[row]!;
    const ownLambda = known[i] ? pointLambda[row]! : lambda;
    outlierScores[i] = parent.length === 1 ? 1 : outlierScore(ownLambda, deepest[cluster]!);
    if (pointLambda[row]! > lambda) {
      while (cluster > 0 && birth[cluster]! >= lambda) cluster = parent[cluster]!;
    }
    const label = labelOf[cluster]!;
    if (label < 0 || lambda < rootLambda) continue;
    labels[i] = label;
    strengths[i] = strengthAt(lambda, death[clusterOf[label]!]!);
  }
  return { labels, strengths, outlierScores, neighbours };
}
