import { expect, test } from 'vitest';
import { besideOf, monthsGain } from '../../../shared/courses/months-beside.js';
import { plantedMonths } from '../changes/planted-months.js';

const { months, labels } = plantedMonths({ retailers: 600 });
const beside = { months, weight: 0.5 };
const gain = monthsGain(beside);

test('the planted behaviours explain more of the months than coarser, finer or random clusters', () => {
  const truth = gain(labels, 3);
  const coarser = labels.map((label) => Math.min(label, 1));
  const finer = labels.map((label, i) => (label === 0 && i % 2 === 0 ? 3 : label));
  expect(truth).toBeGreaterThan(gain(coarser, 2));
  expect(truth).toBeGreaterThan(gain(finer, 4));
  expect(gain(coarser, 2)).toBeGreaterThan(0);
});

test('clusters that say nothing of the months gain nothing, and cost nothing', () => {
  const random = labels.map((_, i) => Math.floor(i / 3) % 3);
  expect(gain(random, 3)).toBe(0);
  expect(gain(new Int32Array(600).fill(-1), 0)).toBe(0);
});

test('half the weight gains half as much', () => {
  expect(monthsGain({ months, weight: 0.25 })(labels, 3)).toBeCloseTo(gain(labels, 3) / 2, 12);
});

test('months are those of the rows drawn, and left out where their weight is 0 or no retailer has enough', () => {
  const drawn = Array.from({ length: 300 }, (_, i) => 2 * i);
  expect(besideOf(beside, drawn)?.months.quantities.rows).toBe(300);
  expect(besideOf(beside, undefined)?.months).toBe(months);
  expect(besideOf({ months, weight: 0 }, undefined)).toBeUndefined();
  expect(besideOf(undefined, drawn)).toBeUndefined();
  expect(besideOf(beside, [0, 3, 6])).toBeUndefined();
});
