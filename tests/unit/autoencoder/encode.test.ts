import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encode, reconstruct, reconstructionErrors } from '../../../shared/autoencoder/encode.js';
import { layersOf } from '../../../shared/autoencoder/architecture.js';
import { type Autoencoder } from '../../../shared/autoencoder/autoencoder.js';
import { untrainedAutoencoder } from '../../../shared/controls/untrained-autoencoder.js';
import { type Matrix, row } from '../../../shared/numeric/matrix.js';
import { featureNamesOf, plantedFeatures } from './planted-features.js';

const model = untrainedAutoencoder(featureNamesOf(7), { hiddenWidth: 5, latentWidth: 3 }, 42);

function oneRow(input: Matrix, i: number): Matrix {
  return { data: row(input, i).slice(), rows: 1, columns: input.columns };
}

/** The model written out as its definition says, a neuron at a time. */
function byDefinition({ shape, parameters }: Autoencoder, x: Float64Array, depth: number): number[] {
  return layersOf(shape)
    .slice(0, depth)
    .reduce<number[]>(
      (values, { kernel, bias, outputWidth, activation }) =>
        Array.from({ length: outputWidth }, (_, j) => {
          const s = values.reduce(
            (sum, v, i) => sum + v * parameters[kernel + i * outputWidth + j]!,
            parameters[bias + j]!,
          );
          return activation === 'tanh' ? Math.tanh(s) : s;
        }),
      Array.from(x),
    );
}

describe('encode and reconstruct', () => {
  it('give each row what the definition of the network gives it', () => {
    const input = plantedFeatures(9, 7);
    const embedding = encode(model, input);
    const output = reconstruct(model, input);
    expect([embedding.rows, embedding.columns, output.columns]).toEqual([9, 3, 7]);
    for (let i = 0; i < 9; i++) {
      expect(Array.from(row(embedding, i))).toEqual(byDefinition(model, row(input, i), 2));
      expect(Array.from(row(output, i))).toEqual(byDefinition(model, row(input, i), 4));
    }
  });

  it('give a row the same bits alone and among any number of others', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 600 }), fc.nat(), (rows, pick) => {
        const input = plantedFeatures(rows, 7);
        const i = pick % rows;
        expect(row(encode(model, input), i)).toEqual(encode(model, oneRow(input, i)).data);
      }),
      { numRuns: 25 },
    );
  });

  it('reconstructionErrors is the mean squared difference of each row', () => {
    const input = plantedFeatures(300, 7);
    const output = reconstruct(model, input);
    const errors = reconstructionErrors(model, input);
    for (const i of [0, 255, 256, 299]) {
      const expected = row(input, i).reduce((sum, x, j) => sum + (x - row(output, i)[j]!) ** 2 / 7, 0);
      expect(errors[i]).toBeCloseTo(expected, 12);
    }
  });

  it('give nothing for no rows', () => {
    expect(encode(model, plantedFeatures(0, 7)).rows).toBe(0);
    expect(reconstructionErrors(model, plantedFeatures(0, 7))).toHaveLength(0);
  });

  it('refuse other columns than the model has, with both numbers', () => {
    expect(() => encode(model, plantedFeatures(2, 6))).toThrowError(
      expect.objectContaining({
        code: 'InvalidMatrix',
        message: expect.stringMatching(/6 columns.*7 features/),
      }),
    );
  });

  it.each([NaN, Infinity, -Infinity])('refuse %s, naming row and feature', (bad) => {
    const input = plantedFeatures(4, 7);
    input.data[2 * 7 + 5] = bad;
    expect(() => encode(model, input)).toThrowError(
      expect.objectContaining({
        code: 'InvalidMatrix',
        message: expect.stringContaining(`row 2 has ${bad} for feature_5`),
      }),
    );
  });
});
