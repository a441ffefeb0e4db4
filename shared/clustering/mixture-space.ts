import { z } from 'zod';
import { type Matrix, zeros } from '../numeric/matrix.js';

/**
 * How the other features usually go with volume: their means at some volumes, ascending, straight lines between. Values
 * are those of the mixture's space, before the curve is taken off.
 */
export const volumeCurveSchema = z.strictObject({
  /** Which column is the volume; it is kept as it is. */
  column: z.int().nonnegative(),
  volumes: z.array(z.number()).min(2),
  /** Volumes × columns, row-major. */
  means: z.array(z.number()),
});

export type VolumeCurve = z.infer<typeof volumeCurveSchema>;

const volumeFeature = 'log_volume';
/** Groups of equal size by volume, a point of the curve each; smaller groups would take behaviours for it. */
const groups = 10;
const leastOfGroup = 30;
/** Beyond its ends the curve goes on for this share of its outermost stretch. */
const beyond = 0.5;

/**
 * Each scaled feature x as x / √(1 + x²/2), which leaves the middle as it is and draws the tails in: Gaussian components
 * spend themselves on skewed tails otherwise. Fixed, so that months stay comparable.
 */
function clipped(scaled: Matrix): Matrix {
  return { ...scaled, data: scaled.data.map((x) => x / Math.sqrt(1 + (x * x) / 2)) };
}

/** Undefined where the features know no volume, or retailers are too few. */
export function fitVolumeCurve(scaled: Matrix, featureNames: readonly string[]): VolumeCurve | undefined {
  const column = featureNames.indexOf(volumeFeature);
  const { data, rows, columns } = clipped(scaled);
  const parts = Math.min(groups, Math.floor(rows / leastOfGroup));
  if (column < 0 || parts < 2) return undefined;
  const volume = (i: number): number => data[i * columns + column]!;
  const order = Array.from({ length: rows }, (_, i) => i).sort((a, b) => volume(a) - volume(b) || a - b);
  const points: number[][] = [];
  for (let part = 0; part < parts; part++) {
    const members = order.slice(Math.floor((part * rows) / parts), Math.floor(((part + 1) * rows) / parts));
    const mean = Array.from({ length: columns }, (_, j) => {
      let sum = 0;
      for (const i of members) sum += data[i * columns + j]!;
      return sum / members.length;
    });
    const last = points[points.length - 1];
    if (last === undefined || mean[column]! > last[column]!) points.push(mean);
  }
  if (points.length < 2) return undefined;
  return { column, volumes: points.map((point) => point[column]!), means: points.flat() };
}

/**
 * The space in which the mixture is fitted: features drawn in at the tails, less what goes with volume alone. Small
 * retailers have flatter seasons, narrower ranges and more gaps for no other reason than that units are whole; left in,
 * components share out the sizes of retailers instead of their behaviours.
 */
export function mixtureSpace(scaled: Matrix, curve: VolumeCurve | undefined): Matrix {
  const space = clipped(scaled);
  if (curve === undefined) return space;
  const { column, volumes, means } = curve;
  const d = space.columns;
  const result = zeros(space.rows, d);
  for (let i = 0; i < space.rows; i++) {
    const volume = space.data[i * d + column]!;
    let from = 0;
    while (from < volumes.length - 2 && volume > volumes[from + 1]!) from++;
    const way = (volume - volumes[from]!) / (volumes[from + 1]! - volumes[from]!);
    const t = Math.min(1 + beyond, Math.max(-beyond, way));
    for (let j = 0; j < d; j++) {
      const usual = (1 - t) * means[from * d + j]! + t * means[(from + 1) * d + j]!;
      result.data[i * d + j] = j === column ? volume : space.data[i * d + j]! - usual;
    }
  }
  return result;
}
