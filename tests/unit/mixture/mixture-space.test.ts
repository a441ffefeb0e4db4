import { expect, test } from 'vitest';
import { fitVolumeCurve, mixtureSpace } from '../../../shared/clustering/mixture-space.js';
import { type Matrix, zeros } from '../../../shared/numeric/matrix.js';
import { seededRandom } from '../../../shared/numeric/seeded-random.js';

/** Volume, a feature that bends with it and one that does not. */
function market(rows: number): Matrix {
  const random = seededRandom(5, 'bend');
  const matrix = zeros(rows, 3);
  for (let i = 0; i < rows; i++) {
    const volume = random.normal();
    matrix.data.set([volume, Math.tanh(2 * volume) + 0.1 * random.normal(), random.normal()], i * 3);
  }
  return matrix;
}

const names = ['log_volume', 'bent', 'free'];
const deviation = (matrix: Matrix, column: number): number => {
  const values = Array.from({ length: matrix.rows }, (_, i) => matrix.data[i * 3 + column]!);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
};

test('what goes with volume alone is taken off, volume and the rest stay', () => {
  const scaled = market(2000);
  const plain = mixtureSpace(scaled, undefined);
  const space = mixtureSpace(scaled, fitVolumeCurve(scaled, names));
  expect(deviation(plain, 1)).toBeGreaterThan(0.5);
  expect(deviation(space, 1)).toBeLessThan(0.2);
  expect(deviation(space, 2)).toBeCloseTo(deviation(plain, 2), 1);
  expect(space.data.filter((_, at) => at % 3 === 0)).toEqual(plain.data.filter((_, at) => at % 3 === 0));
});

test('features without a volume, and retailers too few or all of one volume, are left as they are', () => {
  expect(fitVolumeCurve(market(2000), ['a', 'b', 'c'])).toBeUndefined();
  expect(fitVolumeCurve(market(50), names)).toBeUndefined();
  const same = market(2000);
  for (let i = 0; i < same.rows; i++) same.data[i * 3] = 1;
  expect(fitVolumeCurve(same, names)).toBeUndefined();
});

test('beyond its ends the curve goes on for half of its outermost stretch, and no further', () => {
  // Rises by 2 over volumes from -0.5 to 0.5: from -2 half a stretch before to 2 half a stretch after.
  const curve = { column: 0, volumes: [-0.5, 0.5], means: [-0.5, -1, 0.5, 1] };
  const far = mixtureSpace({ data: Float64Array.of(3, 0, -3, 0), rows: 2, columns: 2 }, curve);
  expect(far.data[1]).toBeCloseTo(-2, 12);
  expect(far.data[3]).toBeCloseTo(2, 12);
});
