import { calendarMonths } from './calendar-months.js';
import { type FeatureDefinition } from './feature-definition.js';
import { entropySql, variationSql } from './moments-sql.js';

/** The 29 classic features, over the whole history up to the as-of month, in their fixed order. */
export const classicFeatures: readonly FeatureDefinition[] = [
  ...calendarMonths.map(({ number, suffix, name }): FeatureDefinition => ({
    name: `avg_qty_${suffix}`,
    set: 'classic',
    unit: 'units a month',
    range: '(0, ∞)',
    words: `Mean monthly quantity in ${name}, over the years in which that month was active.`,
    missing: `No ${name} was active.`,
    frame: 'history',
    sql: ({ sum }) => averageSql(sum, 'qty', number),
  })),
  ...calendarMonths.map(({ number, suffix, name }): FeatureDefinition => ({
    name: `avg_products_${suffix}`,
    set: 'classic',
    unit: 'products a month',
    range: '[1, ∞)',
    words: `Mean number of distinct products in ${name}, over the years in which that month was active.`,
    missing: `No ${name} was active.`,
    frame: 'history',
    sql: ({ sum }) => averageSql(sum, 'products', number),
  })),
  {
    name: 'qty_cv',
    set: 'classic',
    unit: 'ratio',
    range: '[0, ∞)',
    words:
      'Coefficient of variation of monthly quantity over active months: sample standard deviation / mean.',
    missing: 'Fewer than two active months.',
    frame: 'history',
    sql: (dialect) => variationSql(dialect, 'qty', 'mean_qty'),
  },
  {
    name: 'products_cv',
    set: 'classic',
    unit: 'ratio',
    range: '[0, ∞)',
    words:
      'Coefficient of variation of monthly distinct products over active months: sample standard deviation / mean.',
    missing: 'Fewer than two active months.',
    frame: 'history',
    sql: (dialect) => variationSql(dialect, 'products', 'mean_products'),
  },
  {
    name: 'sales_entropy',
    set: 'classic',
    unit: 'share of the maximum',
    range: '[0, 1]',
    words:
      'Entropy of the distribution of quantity over active months / ln(active months): 1 is an even spread.',
    missing: 'Fewer than two active months.',
    frame: 'history',
    sql: (dialect) => entropySql(dialect, 'months'),
  },
  growth('qty', 'quantity'),
  growth('products', 'distinct products, summed over the months of a year'),
];

function averageSql(sum: (expression: string) => string, column: string, month: number): string {
  const inMonth = `CASE WHEN calendar = ${month} THEN ${column} END`;
  return `${sum(inMonth)} / NULLIF(COUNT(${inMonth}), 0)`;
}

function growth(column: string, what: string): FeatureDefinition {
  return {
    name: `${column}_yoy`,
    set: 'classic',
    unit: 'relative change a year',
    range: '[−1, ∞)',
    words: `Median year-over-year growth of ${what}. A year is twelve months, counted back from the as-of month, and takes part where the first sale was no later than its first month.`,
    missing: 'Fewer than two whole years, or no sales in each earlier year of a pair.',
    frame: 'growth',
    sql: ({ median }) => median(`${column}_growth`),
  };
}
