import { describe, expect, test } from 'vitest';
import { detectChanges } from '../../../shared/changes/detect-changes.js';
import { marketCoursesSchema } from '../../../shared/courses/segment-course.js';
import { monthsOfRows } from '../../../shared/courses/retailer-months.js';
import { configSchema } from '../../../shared/contracts/config.js';
import { marketCourses, plantedMonths } from './planted-months.js';

const config = configSchema.parse({}).changes;
const sure = (
  changes: ReturnType<typeof detectChanges>,
): { retailer: number; cluster: number; period: number }[] =>
  changes.filter(({ probability }) => probability >= config.minProbability);

test('a cluster that sells nothing any more has no course, and keeps nobody else from being found', () => {
  const { months, labels, changed } = plantedMonths({ retailers: 900, share: 0.1 });
  const width = months.quantities.columns;
  const dormant = Array.from({ length: 30 }, (_, i) => 30 * i);
  for (const i of dormant) {
    labels[i] = 3;
    for (const { data } of [months.quantities, months.products]) data.fill(0, i * width, (i + 1) * width);
  }
  const market = marketCoursesSchema.parse(marketCourses(months, labels, 4));
  expect(market.courses.map((course) => course === null)).toEqual([false, false, false, true]);
  const found = sure(detectChanges(months, market, config)).map(({ retailer }) => retailer);
  expect(changed.filter((i) => found.includes(i)).length / changed.length).toBeGreaterThan(0.8);
});

describe('a tenth of the market changes, six months ago', () => {
  const { months, labels, now, changed } = plantedMonths({ retailers: 900, share: 0.1 });
  const market = marketCourses(months, labels, 3);
  const found = sure(detectChanges(months, market, config));

  test('at least nine in ten are found, and nine in ten of the found did change', () => {
    const real = found.filter(({ retailer }) => changed.includes(retailer));
    expect(real.length / changed.length).toBeGreaterThan(0.9);
    expect(real.length / found.length).toBeGreaterThan(0.9);
  });

  test('they are put where they went, with the month in which they did', () => {
    const right = found.filter(({ retailer, cluster }) => now[retailer] === cluster);
    expect(right.length / found.length).toBeGreaterThan(0.9);
    const inTime = found.filter(({ period }) => Math.abs(period - (2023 * 12 + 6)) <= 1);
    expect(inTime.length / found.length).toBeGreaterThan(0.9);
  });

  test('that month stands out among the rates of change', () => {
    const rates = market.changeRates;
    expect(rates.indexOf(Math.max(...rates))).toBe(30);
    expect(rates[30]).toBeGreaterThan(0.07);
    expect(rates[30]).toBeLessThan(0.13);
  });

  test('each answer depends on the retailer alone, and survives the file', () => {
    const stored = marketCoursesSchema.parse(JSON.parse(JSON.stringify(market)));
    const rows = found.map(({ retailer }) => retailer).slice(0, 20);
    const alone = sure(detectChanges(monthsOfRows(months, rows), stored, config));
    expect(alone).toEqual(found.slice(0, 20).map((change, retailer) => ({ ...change, retailer })));
  });

  test('the same months give the same bits again', () => {
    expect(marketCourses(months, labels, 3)).toEqual(market);
  });

  test('a month later they are still found, by the courses of the month before', () => {
    const { quantities, products, lastPeriod } = months;
    const width = quantities.columns;
    // What is not known yet of the month after is taken for a month without sales by nobody: the last one comes again.
    const shift = (data: Float64Array): Float64Array =>
      data.map((_, at) => data[at % width === width - 1 ? at : at + 1]!);
    const next = {
      lastPeriod: lastPeriod + 1,
      quantities: { ...quantities, data: shift(quantities.data) },
      products: { ...products, data: shift(products.data) },
    };
    const later = new Set(sure(detectChanges(next, market, config)).map(({ retailer }) => retailer));
    const kept = found.filter(({ retailer }) => later.has(retailer));
    expect(kept.length / found.length).toBeGreaterThan(0.85);
  });
});

test('in a market at rest under half a percent is seen to change', () => {
  const { months, labels } = plantedMonths({ retailers: 900 });
  const found = sure(detectChanges(months, marketCourses(months, labels, 3), config));
  expect(found.length).toBeLessThan(5);
});

test('twice the sales in the same pattern are no change of behaviour, of everybody or of one', () => {
  const step = plantedMonths({ retailers: 900, levelStep: Math.log(2) });
  expect(
    sure(detectChanges(step.months, marketCourses(step.months, step.labels, 3), config)).length,
  ).toBeLessThan(9);
  const rest = plantedMonths({ retailers: 900 });
  const market = marketCourses(rest.months, rest.labels, 3);
  const doubled = Array.from({ length: 50 }, (_, i) => i);
  const found = sure(detectChanges(monthsOfRows(step.months, doubled), market, config));
  expect(found.length).toBeLessThan(5);
});

test('who has been there for little more than a year is not judged: season and change look alike', () => {
  const { months, labels } = plantedMonths({ retailers: 900, share: 0.1, youngest: 13 });
  const young = sure(detectChanges(months, marketCourses(months, labels, 3), config)).filter(
    ({ retailer }) => retailer % 2 === 0,
  );
  expect(young).toEqual([]);
});

test('a cluster of a handful has no course, and nobody is said to have gone there', () => {
  const { months, labels } = plantedMonths({ retailers: 300, share: 0.1 });
  const few = labels.map((label, i) => (label === 2 && i > 30 ? 1 : label));
  const market = marketCourses(months, few, 3);
  expect(market.courses[2]).toBeNull();
  expect(detectChanges(months, market, config).every(({ cluster }) => cluster !== 2)).toBe(true);
});
