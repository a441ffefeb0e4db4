import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { affine, inputGradient, weightGradient } from '../../../shared/autoencoder/dense-kernels.js';
import { seededRandom } from '../../../shared/numeric/seeded-random.js';

const sizes = fc.record({
  rows: fc.integer({ min: 1, max: 9 }),
  inputs: fc.integer({ min: 1, max: 11 }),
  outputs: fc.integer({ min: 1, max: 11 }),
  seed: fc.nat(),
});

function numbers(count: number, seed: number, label: string): Float64Array {
  const random = seededRandom(seed, label);
  return Float64Array.from({ length: count }, () => random.normal());
}

/** Σ terms in index order, from `start`: the very order that the kernels promise. */
function sum(count: number, start: number, term: (k: number) => number): number {
  let total = start;
  for (let k = 0; k < count; k++) total += term(k);
  return total;
}

describe('the matrix products of a dense layer', () => {
  it('affine equals x W + b to the last bit, whatever remains outside the tiles', () => {
    fc.assert(
      fc.property(sizes, ({ rows, inputs, outputs, seed }) => {
        const offset = 5;
        const x = numbers(rows * inputs, seed, 'x');
        const p = numbers(offset + inputs * outputs + outputs, seed, 'p');
        const y = new Float64Array(rows * outputs);
        affine(x, rows, inputs, p, offset, offset + inputs * outputs, outputs, y);
        const expected = y.map((_, k) => {
          const [r, j] = [Math.floor(k / outputs), k % outputs];
          const bias = p[offset + inputs * outputs + j]!;
          return sum(inputs, bias, (i) => x[r * inputs + i]! * p[offset + i * outputs + j]!);
        });
        expect(y).toEqual(expected);
      }),
    );
  });

  it('weightGradient equals xᵀ delta and the column sums of delta to the last bit', () => {
    fc.assert(
      fc.property(sizes, ({ rows, inputs, outputs, seed }) => {
        const x = numbers(rows * inputs, seed, 'x');
        const delta = numbers(rows * outputs, seed, 'delta');
        const gradient = new Float64Array(inputs * outputs + outputs);
        weightGradient(x, delta, rows, inputs, outputs, gradient, 0, inputs * outputs);
        const expected = gradient.map((_, k) => {
          const [i, j] = [Math.floor(k / outputs), k % outputs];
          return sum(rows, 0, (r) => (i < inputs ? x[r * inputs + i]! : 1) * delta[r * outputs + j]!);
        });
        expect(gradient).toEqual(expected);
      }),
    );
  });

  it('inputGradient equals delta Wᵀ to the last bit', () => {
    fc.assert(
      fc.property(sizes, ({ rows, inputs, outputs, seed }) => {
        const delta = numbers(rows * outputs, seed, 'delta');
        const w = numbers(inputs * outputs, seed, 'w');
        const dx = new Float64Array(rows * inputs);
        inputGradient(delta, rows, outputs, w, 0, inputs, dx);
        const expected = dx.map((_, k) => {
          const [r, i] = [Math.floor(k / inputs), k % inputs];
          return sum(outputs, 0, (j) => delta[r * outputs + j]! * w[i * outputs + j]!);
        });
        expect(dx).toEqual(expected);
      }),
    );
  });
});
