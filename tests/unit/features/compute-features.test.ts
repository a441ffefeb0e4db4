import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { monthOfIndex } from '../../../shared/contracts/as-of-month.js';
import { featureDefinitions, featureNames } from '../../../shared/features/definitions.js';
import { doubles, texts } from '../../../shared/tabular/column.js';
import { featuresOf, type Sale } from './market.js';
import { referenceFeatures } from './reference-features.js';

const asOf = '2023-12';

/** Random sales of a few retailers over five years: gaps, zeros, fractions, tiny and huge quantities. */
const sale: fc.Arbitrary<Sale> = fc.tuple(
  fc.constantFrom('A', 'b', '007', 'Ż', '🏪'),
  fc.constantFrom('p', 'q', 'r'),
  fc.integer({ min: 2019 * 12, max: 2024 * 12 + 2 }).map(monthOfIndex),
  fc.oneof(
    fc.integer({ min: 0, max: 500 }),
    fc.integer({ min: 1, max: 100_000 }).map((n) => n / 1000),
    fc.constantFrom(0, 0.001, 1e9),
  ),
);
const market = fc.uniqueArray(sale, {
  minLength: 1,
  maxLength: 120,
  selector: ([shop, product, month]) => `${shop}/${product}/${month}`,
});

describe('features of hand-computed retailers', () => {
  it('two years of steady sales: no variation, even spread, no growth', async () => {
    const sales: Sale[] = [];
    for (let period = 2022 * 12; period < 2024 * 12; period++) {
      sales.push(['S', 'p', monthOfIndex(period), 6], ['S', 'q', monthOfIndex(period), 4]);
    }
    const features = (await featuresOf(sales, { asOf })).of('S');
    for (const month of ['01', '06', '12']) {
      expect(features[`avg_qty_${month}`]).toBe(10);
      expect(features[`avg_products_${month}`]).toBe(2);
      expect(features[`season_${month}`]).toBeCloseTo(0, 12);
    }
    const { qty_cv, products_cv, sales_entropy, qty_yoy, products_yoy } = features;
    expect([qty_cv, products_cv, qty_yoy, products_yoy]).toEqual([0, 0, 0, 0]);
    expect(sales_entropy).toBeCloseTo(1, 12);
    expect(features['log_volume']).toBeCloseTo(Math.log(11), 12);
    expect(features['log_breadth']).toBeCloseTo(Math.log(2), 12);
    for (const name of ['volume_sd', 'trend', 'breadth_cv']) expect(Math.abs(features[name]!)).toBe(0);
    expect(features['activity']).toBe(1);
    expect(features['entropy']).toBeCloseTo(1, 12);
  });

  it('two active months, eleven months apart', async () => {
    const features = (
      await featuresOf(
        [
          ['S', 'p', '2023-01', 3],
          ['S', 'p', '2023-12', 1],
          ['S', 'q', '2023-12', 8],
        ],
        { asOf },
      )
    ).of('S');
    // Quantities 3 and 9 (mean 6, sd √18), products 1 and 2 (mean 1.5, sd √0.5), shares 1/4 and 3/4.
    expect(features['avg_qty_01']).toBe(3);
    expect(features['avg_products_12']).toBe(2);
    expect(features['avg_qty_02']).toBeNaN();
    expect(features['qty_cv']).toBeCloseTo(Math.sqrt(18) / 6, 12);
    expect(features['products_cv']).toBeCloseTo(Math.sqrt(0.5) / 1.5, 12);
    const entropy = 0.25 * Math.log(4) + 0.75 * Math.log(4 / 3);
    expect(features['sales_entropy']).toBeCloseTo(entropy / Math.log(2), 12);
    expect(features['entropy']).toBeCloseTo(entropy / Math.log(12), 12);
    expect([features['qty_yoy'], features['products_yoy']]).toEqual([NaN, NaN]);
    expect(features['log_volume']).toBeCloseTo(Math.log(7), 12);
    // y = ln 4 and ln 10: each ln 2.5 / 2 from their mean, in one month of one: halved by the + 1.
    expect(features['season_01']).toBeCloseTo(-Math.log(2.5) / 4, 12);
    expect(features['season_12']).toBeCloseTo(Math.log(2.5) / 4, 12);
    expect(features['season_05']).toBe(0);
    expect(features['volume_sd']).toBeCloseTo(Math.log(2.5) / Math.SQRT2, 12);
    const squares = 2 * (11 / 24) ** 2;
    expect(features['trend']).toBeCloseTo(((11 / 24) * Math.log(2.5)) / (squares + 0.5), 12);
    expect(features['activity']).toBeCloseTo(2 / 12, 12);
    expect(features['log_breadth']).toBeCloseTo(Math.log(1.5), 12);
  });

  it('growth is taken between whole years only, counted back from the as-of month', async () => {
    const year = (first: number, quantity: number): Sale[] =>
      Array.from({ length: 12 }, (_, i): Sale => ['S', 'p', monthOfIndex(first + i), quantity]);
    const may = 2023 * 12 + 4;
    const sales = [...year(may - 35, 2), ...year(may - 23, 4), ...year(may - 11, 3)];
    const growth = async (rows: Sale[]): Promise<number> =>
      (await featuresOf(rows, { asOf: '2023-05' })).of('S')['qty_yoy']!;
    expect(await growth(sales)).toBe((1 - 0.25) / 2);
    // Without its first month, the earliest year is no longer whole.
    expect(await growth(sales.slice(1))).toBe(-0.25);
    // A whole year without sales ends in −1, and nothing grows from it.
    expect(await growth([...year(may - 35, 2), ...year(may - 11, 3)])).toBe(-1);
  });

  it('who sold nothing in the window has an activity of 0 and no other shape', async () => {
    const features = (await featuresOf([['S', 'p', '2019-05', 4]], { asOf, windowMonths: 12 })).of('S');
    for (const name of featureNames('shape')) expect(features[name]).toBe(name === 'activity' ? 0 : NaN);
    expect(features['avg_qty_05']).toBe(4);
  });

  it('one active month in the as-of month has no entropy and no variation', async () => {
    const features = (await featuresOf([['S', 'p', asOf, 4]], { asOf })).of('S');
    const missing = [
      'qty_cv',
      'products_cv',
      'sales_entropy',
      'volume_sd',
      'entropy',
      'breadth_cv',
      'qty_yoy',
    ];
    for (const name of missing) expect(features[name]).toBeNaN();
    expect([features['activity'], features['trend'], features['season_12']]).toEqual([1, 0, 0]);
  });
});

describe('features of any market', () => {
  it('agree with the second implementation to 1e-9', async () => {
    await fc.assert(
      fc.asyncProperty(market, fc.constantFrom(12, 24, 36), async (sales, windowMonths) => {
        const computed = await featuresOf(sales, { asOf, windowMonths });
        for (const shopId of texts(computed.table, 'shop_id')) {
          const found = computed.of(shopId);
          const expected = referenceFeatures(sales, shopId, asOf, windowMonths);
          expect(Object.keys(expected).sort()).toEqual(Object.keys(found).sort());
          for (const [name, value] of Object.entries(expected)) {
            const difference = Math.abs(found[name]! - value) / Math.max(1, Math.abs(value));
            expect(
              Number.isNaN(value) ? Number.isNaN(found[name]) : difference < 1e-9,
              `${shopId} ${name}: ${found[name]} for ${value}`,
            ).toBe(true);
          }
        }
      }),
      { numRuns: 40 },
    );
  });

  it('have the same bytes from rows in any order on one thread or two', async () => {
    const [rows] = fc.sample(
      fc.array(fc.tuple(market, fc.nat({ max: 40 })), { minLength: 40, maxLength: 40 }),
      { seed: 5, numRuns: 1 },
    );
    const sales = rows!.flatMap(([part, region], i) =>
      part.map(([shop, product, month, quantity]): Sale => [
        `${shop}${region}`,
        `${product}${i}`,
        month,
        quantity,
      ]),
    );
    const first = await featuresOf(sales, { asOf, threads: 1 });
    expect(first.table.rows).toBeGreaterThan(50);
    for (const threads of [1, 2, 4]) {
      const reversed = threads === 1 ? [...sales].reverse() : [...sales].sort((a, b) => a[3] - b[3]);
      const again = await featuresOf(reversed, { asOf, threads });
      expect(again.bytes.equals(first.bytes)).toBe(true);
      expect(again.eligibilityBytes.equals(first.eligibilityBytes)).toBe(true);
    }
  });

  it('do not change with what happens after the as-of month', async () => {
    const past: Sale[] = [
      ['S', 'p', '2023-01', 3],
      ['S', 'q', '2023-04', 5],
    ];
    const future: Sale[] = [
      ['S', 'p', '2023-06', 100],
      ['T', 'p', '2023-07', 100],
    ];
    const seen = await featuresOf(past, { asOf: '2023-05' });
    const all = await featuresOf([...past, ...future], { asOf: '2023-05' });
    expect(all.of('S')).toEqual(seen.of('S'));
  });
});

describe('the months beside the features', () => {
  it('hold units and products of the window, 0 between sales and nothing before the first', async () => {
    const { months } = await featuresOf(
      [
        ['S', 'p', '2023-02', 3],
        ['S', 'q', '2023-02', 4],
        ['S', 'p', '2023-04', 5],
        ['T', 'p', '2022-01', 9],
      ],
      { asOf: '2023-05', windowMonths: 12 },
    );
    expect(texts(months, 'shop_id')).toEqual(['S', 'T']);
    const row = (prefix: string, i: number): number[] =>
      Array.from({ length: 12 }, (_, j) => doubles(months, `${prefix}${j}`)[i]!);
    const before = new Array<number>(8).fill(NaN);
    expect(row('month_qty_', 0)).toEqual([...before, 7, 0, 5, 0]);
    expect(row('month_products_', 0)).toEqual([...before, 2, 0, 1, 0]);
    expect(row('month_qty_', 1)).toEqual(new Array<number>(12).fill(0));
  });
});

describe('the definition table', () => {
  it('has 29 classic features, January first, and 19 shape features, each name once', () => {
    expect(featureNames('classic')).toHaveLength(29);
    expect(featureNames('shape')).toHaveLength(19);
    expect(featureNames('classic').slice(0, 2)).toEqual(['avg_qty_01', 'avg_qty_02']);
    expect(featureNames('classic').slice(23)).toEqual([
      'avg_products_12',
      'qty_cv',
      'products_cv',
      'sales_entropy',
      'qty_yoy',
      'products_yoy',
    ]);
    expect(new Set(featureDefinitions.map(({ name }) => name)).size).toBe(48);
  });

  it('is the order of the columns of features.parquet', async () => {
    const { table } = await featuresOf([['S', 'p', asOf, 1]], { asOf });
    expect(table.columns.map(({ name }) => name)).toEqual([
      'shop_id',
      ...featureDefinitions.map(({ name }) => name),
    ]);
  });
});
