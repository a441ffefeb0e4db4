import { type Matrix } from '../../numeric/matrix.js';

export interface Centroids {
  readonly ids: readonly string[];
  readonly columns: number;
  /** Row-major, a row an ID. */
  readonly values: readonly number[];
}

/**
 * The rows of each segment that lie nearest to its mean in the space that segments are made in, nearest first; equal
 * distances in the order of rows. Only the half of a segment with the greater strength is looked at: who is near the
 * mean and yet held by hysteresis alone stands for nothing.
 */
export function typicalRetailers(
  space: Matrix,
  segmentIds: readonly (string | null)[],
  strengths: Float64Array,
  centroids: Centroids,
  count: number,
): ReadonlyMap<string, readonly number[]> {
  const place = new Map(centroids.ids.map((id, k) => [id, k]));
  const least = new Map(centroids.ids.map((id) => [id, medianStrength(id, segmentIds, strengths)]));
  const nearest = new Map<string, { row: number; distance: number }[]>(centroids.ids.map((id) => [id, []]));
  segmentIds.forEach((id, row) => {
    const k = id === null ? undefined : place.get(id);
    if (k === undefined || strengths[row]! < least.get(id!)!) return;
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

/** The lower median: at least half of the segment has it or more. */
function medianStrength(
  segment: string,
  segmentIds: readonly (string | null)[],
  strengths: Float64Array,
): number {
  const own = strengths.filter((_, row) => segmentIds[row] === segment).sort();
  return own.length === 0 ? 0 : own[(own.length - 1) >> 1]!;
}
