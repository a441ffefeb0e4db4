import { expect, test } from 'vitest';
import { fitMixture } from '../../../shared/clustering/mixture/fit-mixture.js';
import { configSchema } from '../../../shared/contracts/config.js';
import { type Matrix, zeros } from '../../../shared/numeric/matrix.js';
import { seededRandom } from '../../../shared/numeric/seeded-random.js';
import { plantedMonths } from '../changes/planted-months.js';

const config = configSchema.parse({}).mixture;
const retailers = 600;
const { months, labels } = plantedMonths({ retailers });
const beside = { months, weight: 0.5 };

/** Six features about a centre for each of the retailers' groups. */
function features(seed: number, centreOf: (i: number) => readonly number[]): Matrix {
  const random = seededRandom(seed, 'features');
  const result = zeros(retailers, 6);
  for (let i = 0; i < retailers; i++) {
    const centre = centreOf(i);
    for (let j = 0; j < 6; j++) result.data[i * 6 + j] = (centre[j] ?? 0) + random.normal();
  }
  return result;
}

const components = (fit: ReturnType<typeof fitMixture>): number => fit.mixture.weights.length;

test('behaviours that overlap in their features are told apart by their months, and cold and warm agree on how many', () => {
  const overlapping = features(
    1,
    (i) =>
      [
        [0, 0],
        [5, 0],
        [6.3, 1.3],
      ][labels[i]!]!,
  );
  const alone = fitMixture(overlapping, { config, seed: 5 });
  const known = fitMixture(overlapping, { config, seed: 5, beside });
  expect([components(alone), components(known)]).toEqual([2, 3]);
  const later = features(
    2,
    (i) =>
      [
        [0, 0],
        [5, 0],
        [6.3, 1.3],
      ][labels[i]!]!,
  );
  expect(fitMixture(later, { config, seed: 5, beside, warm: known.mixture }).change).toBe('none');
});

test('a warm start takes up no component for retailers that differ in their features and not in what they do', () => {
  const first = features(
    3,
    (i) =>
      [
        [0, 0],
        [5, 0],
        [0, 5],
      ][labels[i]!]!,
  );
  const warm = fitMixture(first, { config, seed: 5, beside }).mixture;
  const parted = features(
    4,
    (i) =>
      [
        [0, 0],
        [5, i % 2 === 0 ? 0 : 4],
        [0, 5],
      ][labels[i]!]!,
  );
  expect(fitMixture(parted, { config, seed: 5, warm }).change).toBe('added');
  expect(fitMixture(parted, { config, seed: 5, warm, beside }).change).toBe('none');
});

test('months that nobody has decide nothing', () => {
  const overlapping = features(
    1,
    (i) =>
      [
        [0, 0],
        [5, 0],
        [6.3, 1.3],
      ][labels[i]!]!,
  );
  const unknown = {
    ...months,
    quantities: { ...months.quantities, data: months.quantities.data.map(() => NaN) },
  };
  const fit = fitMixture(overlapping, { config, seed: 5, beside: { months: unknown, weight: 0.5 } });
  expect(components(fit)).toBe(components(fitMixture(overlapping, { config, seed: 5 })));
  expect(fit.trials[0]!.withMonths).toBeUndefined();
});
