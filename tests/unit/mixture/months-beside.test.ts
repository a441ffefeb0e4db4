import { expect, test } from 'vitest';
import { bicOfTrial, leastGain } from '../../../shared/clustering/mixture/component-trial.js';
import { fitMixture } from '../../../shared/clustering/mixture/fit-mixture.js';
import { configSchema } from '../../../shared/contracts/config.js';
import { type Matrix, zeros } from '../../../shared/numeric/matrix.js';
import { seededRandom } from '../../../shared/numeric/seeded-random.js';
import { plantedMonths } from '../changes/planted-months.js';

const config = configSchema.parse({}).mixture;
const retailers = 600;
const { months, labels } = plantedMonths({ retailers });
const beside = { months, weight: 0.5 };

type Centre = readonly [number, number];

/** Six features, two of which lie about the centre of the retailer's behaviour; `shift` is added to the second one. */
function features(seed: number, centres: readonly Centre[], shift: (i: number) => number = () => 0): Matrix {
  const random = seededRandom(seed, 'features');
  const result = zeros(retailers, 6);
  for (let i = 0; i < retailers; i++) {
    const [x, y] = centres[labels[i]!]!;
    [x, y + shift(i), 0, 0, 0, 0].forEach((centre, j) => (result.data[i * 6 + j] = centre + random.normal()));
  }
  return result;
}

const overlapping: readonly Centre[] = [
  [0, 0],
  [5, 0],
  [6.3, 1.3],
];
const apart: readonly Centre[] = [
  [0, 0],
  [5, 0],
  [0, 5],
];

const components = (fit: ReturnType<typeof fitMixture>): number => fit.mixture.weights.length;

test('behaviours that overlap in their features are told apart by their months, and cold and warm agree on how many', () => {
  const input = features(1, overlapping);
  const alone = fitMixture(input, { config, seed: 5 });
  const known = fitMixture(input, { config, seed: 5, beside });
  expect([components(alone), components(known)]).toEqual([2, 3]);
  const later = features(2, overlapping);
  expect(fitMixture(later, { config, seed: 5, beside, warm: known.mixture }).change).toBe('none');
});

/** Behaviour 1 in two halves by its features, this far apart, which buy alike. */
const halved = (seed: number, by: number): Matrix =>
  features(seed, apart, (i) => (labels[i] === 1 && i % 2 === 1 ? by : 0));

test('a search takes no component for retailers that differ in their features and not in what they do', () => {
  const input = halved(4, 5);
  expect(components(fitMixture(input, { config, seed: 5 }))).toBe(4);
  expect(components(fitMixture(input, { config, seed: 5, beside }))).toBe(3);
});

test('of numbers of components that are about as good the fewest are taken', () => {
  const fit = fitMixture(halved(4, 3.5), { config, seed: 5, beside: { months, weight: 0.1 } });
  const values = fit.trials.map((trial) => bicOfTrial(trial, retailers, 0.3));
  expect(fit.trials[values.indexOf(Math.min(...values))]!.components).toBe(4);
  expect(components(fit)).toBe(3);
});

test('a warm start takes up no component for retailers that differ in their features and not in what they do', () => {
  const first = features(3, apart);
  const warm = fitMixture(first, { config, seed: 5, beside }).mixture;
  const parted = halved(4, 4.5);
  expect(fitMixture(parted, { config, seed: 5, warm }).change).toBe('added');
  expect(fitMixture(parted, { config, seed: 5, warm, beside }).change).toBe('none');
});

test('a warm start takes up no component that features and months each speak for a little', () => {
  const width = months.quantities.columns;
  const products = {
    ...months.products,
    data: months.products.data.map((count, at) => {
      const i = Math.floor(at / width);
      return labels[i] === 1 && i % 2 === 1 ? count * 1.9 : count;
    }),
  };
  const known = { months: { ...months, products }, weight: 0.5 };
  const warm = fitMixture(features(3, apart), { config, seed: 5, beside }).mixture;
  const { change, trials } = fitMixture(halved(4, 3), { config, seed: 5, warm, beside: known });
  expect(change).toBe('none');
  const [, present, larger] = trials;
  const gain = bicOfTrial(present!, retailers, 0.5) - bicOfTrial(larger!, retailers, 0.5);
  expect(gain).toBeGreaterThan(leastGain);
});

test('a warm start takes up a behaviour that the months tell apart, though features gain nothing by it', () => {
  const warm = fitMixture(features(1, overlapping), { config, seed: 5 }).mixture;
  const later = features(2, overlapping);
  expect(fitMixture(later, { config, seed: 5, warm }).change).toBe('none');
  expect(fitMixture(later, { config, seed: 5, warm, beside }).change).toBe('added');
});

test('months that nobody has decide nothing', () => {
  const input = features(1, overlapping);
  const unknown = {
    ...months,
    quantities: { ...months.quantities, data: months.quantities.data.map(() => NaN) },
  };
  const fit = fitMixture(input, { config, seed: 5, beside: { months: unknown, weight: 0.5 } });
  expect(components(fit)).toBe(components(fitMixture(input, { config, seed: 5 })));
  expect(fit.trials[0]!.monthsBic).toBeUndefined();
});
