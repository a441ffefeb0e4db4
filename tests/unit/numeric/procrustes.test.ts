import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Matrix } from '../../../shared/numeric/matrix.js';
import { moveRigidly, procrustes } from '../../../shared/numeric/procrustes.js';
import { seededRandom } from '../../../shared/numeric/seeded-random.js';

function cloud(seed: number, rows: number, columns: number): Matrix {
  const random = seededRandom(seed, 'cloud');
  return { data: Float64Array.from({ length: rows * columns }, () => random.normal()), rows, columns };
}

/** Rotates in the plane of the first two columns, mirrors the last, and shifts. */
function moved({ data, rows, columns }: Matrix, angle: number, mirror: boolean): Matrix {
  const result = data.slice();
  for (let i = 0; i < rows; i++) {
    const [x, y] = [data[i * columns]!, data[i * columns + 1]!];
    result[i * columns] = x * Math.cos(angle) - y * Math.sin(angle) + 3;
    result[i * columns + 1] = x * Math.sin(angle) + y * Math.cos(angle) - 7;
    if (mirror) result[i * columns + columns - 1] = -result[i * columns + columns - 1]!;
  }
  return { data: result, rows, columns };
}

test('undoes any rotation, reflection and shift', () => {
  fc.assert(
    fc.property(
      fc.integer(),
      fc.double({ min: -4, max: 4, noNaN: true }),
      fc.boolean(),
      (seed, angle, mirror) => {
        const target = cloud(Math.abs(seed), 40, 4);
        const source = moved(target, angle, mirror);
        const back = moveRigidly(procrustes(source, target), source);
        back.data.forEach((value, at) => expect(value).toBeCloseTo(target.data[at]!, 8));
      },
    ),
    { numRuns: 50 },
  );
});

test('moves rigidly: distances between retailers stay', () => {
  const source = cloud(1, 30, 3);
  const image = moveRigidly(procrustes(source, cloud(2, 30, 3)), source);
  const distance = ({ data }: Matrix, i: number, j: number): number =>
    Math.hypot(...[0, 1, 2].map((c) => data[i * 3 + c]! - data[j * 3 + c]!));
  for (let i = 1; i < 30; i++) expect(distance(image, 0, i)).toBeCloseTo(distance(source, 0, i), 8);
});
