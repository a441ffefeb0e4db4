import { type Matrix } from '../../numeric/matrix.js';

export interface Centroids {
  readonly ids: readonly string[];
  readonly columns: number;
  /** Row-major, a row an ID. */
  readonly values: readonly number[];
}

/**
 * The rows of each segment that lie nearest to its mean in the space that segments are made in, nearest first; equal
 * distances in the order of rows.
 */
export function typicalRetailers(
  space: Matrix,
  segmentIds: readonly (string | null)[],
  centroids: Centroids,
  count: number,
): ReadonlyMap<string, readonly number[]> {
  const place = new Map(centroids.ids.map((id, k) => [id, k]));
  const nearest = new Map<string, { row: number; distance: number }[]>(centroids.ids.map((id) => [id, []]));
  segmentIds.forEach((id, row) => {
    const k = id === null ? undefined : place.get(id);
    if (k === undefined) return;
    let distance = 0;
    for (let j = 0; j < space.columns; j++) {
      const difference = space.data[row * space.columns + j]! - centroids.values[k * centroids.columns + j]!;
      distance += difference * difference;
    }
    const best = nearest.get(id!)!;
    if (best.length === count && best[count - 1]!.distance <= distance) return;
    const at = best.findIndex((other) => other.distance > distance);
    best.splice(at < 0 ? best.length : at, 0, { row, distance });
    if (best.length > count) best.pop();
  });
  return new Map([...nearest].map(([id, best]) => [id, best.map(({ row }) => row)]));
}
