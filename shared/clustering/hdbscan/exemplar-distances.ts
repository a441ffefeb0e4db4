import { gatherRows, type Matrix } from '../../numeric/matrix.js';
import { type HdbscanModel } from './model.js';
import { nearestNeighbours } from './neighbour-search.js';

/** Distance of every point to the nearest exemplar of every label: a matrix of points × labels. */
export function exemplarDistances(model: HdbscanModel, points: Matrix): Matrix {
  const { exemplars } = model.clustering;
  const distances = new Float64Array(points.rows * exemplars.length);
  exemplars.forEach((rows, label) => {
    const nearest = nearestNeighbours(gatherRows(model.points, rows), points, 1, model.metric);
    for (let i = 0; i < points.rows; i++) distances[i * exemplars.length + label] = nearest.distances[i]!;
  });
  return { data: distances, rows: points.rows, columns: exemplars.length };
}

/** Shares in inverse proportion to the distances; where some are 0, those share it all. In place. */
export function toCloseness(distances: Float64Array): void {
  const coincide = distances.includes(0);
  let sum = 0;
  for (let j = 0; j < distances.length; j++) {
    const distance = distances[j]!;
    distances[j] = coincide ? Number(distance === 0) : 1 / distance;
    sum += distances[j]!;
  }
  for (let j = 0; j < distances.length; j++) distances[j]! /= sum;
}
