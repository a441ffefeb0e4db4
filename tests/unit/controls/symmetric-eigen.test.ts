import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Matrix, row, zeros } from '../../../shared/numeric/matrix.js';
import { seededRandom } from '../../../shared/numeric/seeded-random.js';
import { symmetricEigen } from '../../../shared/numeric/symmetric-eigen.js';

function symmetric(n: number, seed: number): Matrix {
  const random = seededRandom(seed, 'test/symmetric');
  const a = zeros(n, n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) a.data[i * n + j] = a.data[j * n + i] = random.normal();
  }
  return a;
}

const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, value, k) => sum + value * b[k]!, 0);

describe('symmetricEigen', () => {
  it('solves a case known by hand', () => {
    const { values, vectors } = symmetricEigen({ data: Float64Array.of(2, -1, -1, 2), rows: 2, columns: 2 });
    expect(values[0]).toBeCloseTo(3, 14);
    expect(values[1]).toBeCloseTo(1, 14);
    const half = Math.SQRT1_2;
    [half, -half, half, half].forEach((value, k) => expect(vectors.data[k]).toBeCloseTo(value, 14));
  });

  it('gives orthonormal vectors with A v = λ v, largest value first, largest element positive', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.nat(), (n, seed) => {
        const a = symmetric(n, seed);
        const { values, vectors } = symmetricEigen(a);
        for (let k = 0; k < n; k++) {
          const v = row(vectors, k);
          if (k > 0) expect(values[k - 1]!).toBeGreaterThanOrEqual(values[k]!);
          for (let m = 0; m <= k; m++) expect(dot(v, row(vectors, m))).toBeCloseTo(m === k ? 1 : 0, 11);
          for (let i = 0; i < n; i++) expect(dot(row(a, i), v)).toBeCloseTo(values[k]! * v[i]!, 11);
          expect(Math.max(...v)).toBeGreaterThanOrEqual(-Math.min(...v));
        }
      }),
      { numRuns: 50 },
    );
  });

  it('leaves a diagonal matrix, equal values and zeros in the order of the columns', () => {
    const identity = zeros(3, 3);
    for (let i = 0; i < 3; i++) identity.data[i * 3 + i] = 1;
    expect(symmetricEigen(identity).vectors.data).toEqual(identity.data);
    expect(symmetricEigen(zeros(3, 3)).values).toEqual(new Float64Array(3));
  });

  it('leaves the matrix as it was', () => {
    const a = symmetric(6, 1);
    const before = a.data.slice();
    symmetricEigen(a);
    expect(a.data).toEqual(before);
  });
});
