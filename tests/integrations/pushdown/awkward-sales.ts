import fc from 'fast-check';
import { type Cell, type TestTable } from '../../integration/sources/source-contract.js';

const seed = 20231201;
const markets = 30;

const sale = fc.tuple(
  fc.constantFrom('A', 'b', '007', 'Ż "x", 🏪'),
  fc.constantFrom('p', 'q', 'r'),
  fc.integer({ min: 2019 * 12, max: 2024 * 12 + 2 }),
  fc.oneof(
    fc.integer({ min: 0, max: 500 }),
    fc.integer({ min: 1, max: 100_000 }).map((n) => n / 1000),
    fc.double({ min: 0.01, max: 1e4, noNaN: true }),
    fc.constantFrom(0, 0.001, 1e9),
  ),
);
/** Rows may repeat a retailer, product and month. */
const market = fc.array(sale, { minLength: 1, maxLength: 120, size: 'max' });

/**
 * Sales of retailers over five years: gaps, zeros, fractions, tiny and huge quantities, repeated keys, months after the as-of one.
 * The same at every call.
 */
export function randomSales(): TestTable {
  const rows = fc
    .sample(market, { seed, numRuns: markets })
    .flatMap((sales, number) =>
      sales.map(([shop, product, period, quantity]): Cell[] => [
        `${shop}/${number}`,
        product,
        Math.floor(period / 12),
        (period % 12) + 1,
        quantity,
      ]),
    );
  return {
    columns: [
      { name: 'shop_id', type: 'text' },
      { name: 'product_id', type: 'text' },
      { name: 'year', type: 'integer' },
      { name: 'month', type: 'integer' },
      { name: 'sales_qty', type: 'number' },
    ],
    rows,
  };
}

/** What people and systems write where a number or a name should be. */
const awkward = [
  ...[null, '', ' ', '\u00a0', '\t', 'x', '1', ' 1', '1 ', '+1', '-1', '1.', '.5', '.', '1e3', '1E+3', '1e'],
  ...[
    '0x10',
    '1_000',
    '1,5',
    '1;5',
    '--5',
    '1 2',
    '1e3.5',
    '٣',
    '0',
    '-0',
    '1.5',
    '12',
    '13',
    '2023',
    '20230',
  ],
  ...[
    'inf',
    '+inf',
    '-inf',
    'Infinity',
    'nan',
    '-NaN',
    '1e400',
    '-1e400',
    '1e-400',
    '1e12',
    '1.1e12',
    'true',
  ],
  ...['\v1', '1\f', '\v'],
  ...['a"b', "it's", 'A\u0001B', 'Ł', '\\', '\\n', '%', '`'],
];

/** A good row with each awkward text in each of its columns, all columns text, and good rows. */
export function awkwardSales(): TestTable {
  const names = ['shop_id', 'product_id', 'year', 'month', 'sales_qty', 'sales_value'];
  const good: readonly Cell[] = ['S', 'P', '2023', '5', '3.25', '-7'];
  const spoilt = names.flatMap((_, column) =>
    awkward.map((text) => good.map((cell, index) => (index === column ? text : cell))),
  );
  const more = Array.from({ length: 40 }, (_, i): Cell[] => [
    'T',
    `P${i % 3}`,
    `${2021 + (i % 3)}`,
    `${1 + (i % 12)}`,
    `${i}.5`,
    null,
  ]);
  return { columns: names.map((name) => ({ name, type: 'text' })), rows: [...spoilt, ...more] };
}
