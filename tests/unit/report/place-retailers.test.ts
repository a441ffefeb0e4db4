import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Matrix } from '../../../shared/numeric/matrix.js';
import { seededRandom } from '../../../shared/numeric/seeded-random.js';
import { placeRetailers } from '../../../shared/report/map/place-retailers.js';

const rows = 60;
const ids = Array.from({ length: rows }, (_, i) => `R${String(i).padStart(3, '0')}`);

/** A cloud with clearly different spreads along its axes. */
function cloud(seed: number): Matrix {
  const random = seededRandom(seed, 'cloud');
  const data = Float64Array.from({ length: rows * 3 }, (_, k) => random.normal() * [5, 2, 0.3][k % 3]!);
  return { data, rows, columns: 3 };
}

const distances = (x: ArrayLike<number>, y: ArrayLike<number>): number[] =>
  ids.slice(1).map((_, i) => Math.hypot(x[i]! - x[i + 1]!, y[i]! - y[i + 1]!));

describe('placing retailers on the map', () => {
  test('without an earlier map, the first coordinate varies most', () => {
    const { x, y } = placeRetailers(ids, cloud(1));
    const spread = (values: Float64Array): number => Math.max(...values) - Math.min(...values);
    expect(spread(x)).toBeGreaterThan(spread(y));
  });

  test('undoes any turn, mirroring and shift of the earlier map', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 6.28, noNaN: true }),
        fc.boolean(),
        fc.double({ min: -9, max: 9, noNaN: true }),
        (angle, mirrored, shift) => {
          const plain = placeRetailers(ids, cloud(2));
          const flip = mirrored ? -1 : 1;
          const earlier = {
            shopIds: ids,
            x: plain.x.map(
              (_, i) => Math.cos(angle) * plain.x[i]! - flip * Math.sin(angle) * plain.y[i]! + shift,
            ),
            y: plain.y.map((_, i) => Math.sin(angle) * plain.x[i]! + flip * Math.cos(angle) * plain.y[i]!),
          };
          const placed = placeRetailers(ids, cloud(2), earlier);
          placed.x.forEach((value, i) => expect(value).toBeCloseTo(earlier.x[i]!, 8));
          placed.y.forEach((value, i) => expect(value).toBeCloseTo(earlier.y[i]!, 8));
        },
      ),
    );
  });

  test('turns but never stretches: distances are those of the unaligned map', () => {
    const plain = placeRetailers(ids, cloud(3));
    const other = placeRetailers(ids.slice(10), { ...cloud(4), rows: rows - 10 });
    const placed = placeRetailers(ids, cloud(3), other);
    distances(placed.x, placed.y).forEach((distance, i) =>
      expect(distance).toBeCloseTo(distances(plain.x, plain.y)[i]!, 8),
    );
  });

  test('a latent space of one dimension, and a single retailer, have a map too', () => {
    const line = { data: Float64Array.from(ids, (_, i) => i), rows, columns: 1 };
    expect(new Set(placeRetailers(ids, line).y)).toEqual(new Set([0]));
    expect(placeRetailers(['R1'], { data: new Float64Array(3), rows: 1, columns: 3 }).x).toEqual(
      new Float64Array(1),
    );
  });
});
