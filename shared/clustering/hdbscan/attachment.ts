import { SegmentsError } from '../../errors.js';
import { type Matrix } from '../../numeric/matrix.js';
import { checkPoints } from './check-points.js';
import { type HdbscanModel } from './model.js';
import { nearestNeighbours } from './neighbour-search.js';

/** Where new points would join the hierarchy of a fit, were they merged into it one by one. */
export interface Attachments {
  /** By new point: the fitted row that it is closest to in mutual reachability. */
  readonly neighbours: Int32Array;
  /** By new point: λ, 1 / that distance; the largest finite number where the distance is 0. */
  readonly lambdas: Float64Array;
  /** By new point: whether it coincides with a fitted row. */
  readonly known: Uint8Array;
}

/**
 * Finds them as Python's hdbscan does: among the 2 · minSamples nearest fitted rows; a new point's core distance is
 * that to its (minSamples + 1)-th, as it would count a fitted point in its own place, and fitted rows have their inner
 * core distance. The nearest of equals wins.
 * @throws SegmentsError InvalidMatrix: not the fit's columns, or not numbers.
 */
export function attach(model: HdbscanModel, points: Matrix): Attachments {
  if (points.columns !== model.points.columns) {
    throw new SegmentsError(
      'InvalidMatrix',
      `The points have ${points.columns} columns; the model was fitted on ${model.points.columns}.`,
      { where: 'points', remedy: 'Hand over the columns that the model was fitted on, in that order.' },
    );
  }
  const neighbours = new Int32Array(points.rows);
  const lambdas = new Float64Array(points.rows);
  const known = new Uint8Array(points.rows);
  if (points.rows === 0) return { neighbours, lambdas, known };
  checkPoints(points);
  const { minSamples, metric, alpha, innerCoreDistances } = model;
  const nearest = nearestNeighbours(model.points, points, Math.max(2 * minSamples, minSamples + 1), metric);
  const { count } = nearest;
  for (let i = 0; i < points.rows; i++) {
    const core = nearest.distances[i * count + Math.min(minSamples, count - 1)]!;
    let best = Infinity;
    for (let h = i * count; h < (i + 1) * count; h++) {
      const row = nearest.rows[h]!;
      const reach = Math.max(core, innerCoreDistances[row]!, nearest.distances[h]! / alpha);
      if (reach < best) {
        best = reach;
        neighbours[i] = row;
      }
    }
    lambdas[i] = best > 0 ? 1 / best : Number.MAX_VALUE;
    known[i] = nearest.distances[i * count] === 0 ? 1 : 0;
  }
  return { neighbours, lambdas, known };
}
