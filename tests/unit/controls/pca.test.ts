import { describe, expect, it } from 'vitest';
import { fitPca, projectPca } from '../../../shared/controls/pca.js';
import { type Matrix, row, zeros } from '../../../shared/numeric/matrix.js';
import { seededRandom } from '../../../shared/numeric/seeded-random.js';

/** Points along (3, 4, 0)/5 with sd 10, and along the third axis with sd 1, about (1, 2, 3). */
function cloud(rows: number): Matrix {
  const random = seededRandom(8, 'test/cloud');
  const input = zeros(rows, 3);
  for (let i = 0; i < rows; i++) {
    const along = 10 * random.normal();
    row(input, i).set([1 + 0.6 * along, 2 + 0.8 * along, 3 + random.normal()]);
  }
  return input;
}

describe('PCA', () => {
  it('finds the planted directions and their variances', () => {
    const { components, explainedVariance, totalVariance, mean } = fitPca(cloud(20_000), 2);
    [0.6, 0.8, 0, 0, 0, 1].forEach((value, k) => expect(components.data[k]).toBeCloseTo(value, 2));
    expect(explainedVariance[0]).toBeGreaterThan(96);
    expect(explainedVariance[0]).toBeLessThan(104);
    expect(explainedVariance[1]).toBeCloseTo(1, 1);
    expect(totalVariance).toBeCloseTo(explainedVariance[0]! + explainedVariance[1]!, 8);
    expect(mean[2]).toBeCloseTo(3, 1);
  });

  it('gives scores that are centred, uncorrelated, and have the variances that it names', () => {
    const input = cloud(500);
    const model = fitPca(input, 3);
    const scores = projectPca(model, input);
    const moment = (i: number, j: number): number =>
      Array.from({ length: 500 }, (_, r) => scores.data[r * 3 + i]! * scores.data[r * 3 + j]!).reduce(
        (s, v) => s + v,
      ) / 499;
    for (let i = 0; i < 3; i++) {
      const sum = Array.from({ length: 500 }, (_, r) => scores.data[r * 3 + i]!).reduce((s, v) => s + v);
      expect(sum).toBeCloseTo(0, 8);
      for (let j = 0; j <= i; j++)
        expect(moment(i, j)).toBeCloseTo(i === j ? model.explainedVariance[i]! : 0, 8);
    }
  });

  it('keeps distances when all components are kept', () => {
    const input = cloud(50);
    const scores = projectPca(fitPca(input, 3), input);
    const distance = (m: Matrix, a: number, b: number): number =>
      Math.hypot(...row(m, a).map((v, k) => v - row(m, b)[k]!));
    for (let i = 1; i < 50; i++) expect(distance(scores, 0, i)).toBeCloseTo(distance(input, 0, i), 10);
  });

  it('gives the same bits on each run', () => {
    expect(fitPca(cloud(300), 2)).toEqual(fitPca(cloud(300), 2));
  });

  it('gives a constant column no loading and no variance', () => {
    const input = cloud(100);
    for (let i = 0; i < 100; i++) input.data[i * 3 + 2] = 7;
    const model = fitPca(input, 3);
    expect(model.explainedVariance[2]).toBeCloseTo(0, 10);
    expect(model.components.data[2]).toBeCloseTo(0, 10);
  });

  it('refuses what it cannot fit or project, with the numbers', () => {
    const invalid = (message: string) =>
      expect.objectContaining({ code: 'InvalidMatrix', message: expect.stringContaining(message) });
    expect(() => fitPca(cloud(1), 1)).toThrowError(invalid('2 rows, found 1'));
    expect(() => fitPca(cloud(5), 4)).toThrowError(invalid('4 components of 3 columns'));
    const holed = cloud(5);
    holed.data[7] = NaN;
    expect(() => fitPca(holed, 1)).toThrowError(invalid('row 2, column 1 is NaN'));
    expect(() => projectPca(fitPca(cloud(5), 1), zeros(2, 4))).toThrowError(
      invalid('4 columns, the model 3'),
    );
  });
});
