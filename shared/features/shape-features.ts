import { calendarMonths } from './calendar-months.js';
import { type FeatureDefinition } from './feature-definition.js';
import { entropySql, variationSql } from './moments-sql.js';

/** Penalty on the squared slope: a few months must not make a trend. */
const trendRidge = 0.5;
const none = 'No active month in the window.';

/** The 19 shape features, over the window that ends with the as-of month, in their fixed order. */
export const shapeFeatures: readonly FeatureDefinition[] = [
  {
    name: 'log_volume',
    set: 'shape',
    unit: 'ln units',
    range: '(0, ∞)',
    words: 'ln(1 + mean monthly quantity), the mean over active months.',
    missing: none,
    frame: 'window',
    sql: () => 'LN(1 + mean_qty)',
  },
  ...calendarMonths.map(({ number, suffix, name }): FeatureDefinition => ({
    name: `season_${suffix}`,
    set: 'shape',
    unit: 'ln units',
    range: '(−∞, ∞)',
    words: `Sum of y − mean y over the active months of that name (${name}), divided by their number + 1, where y = ln(1 + quantity). 0 where no ${name} was active: nothing is known against the mean.`,
    missing: none,
    frame: 'window',
    sql: ({ sum }) =>
      `${sum(`CASE WHEN calendar = ${number} THEN y - mean_y WHEN y IS NOT NULL THEN 0 END`)}` +
      ` / (COUNT(CASE WHEN calendar = ${number} THEN y END) + 1)`,
  })),
  {
    name: 'volume_sd',
    set: 'shape',
    unit: 'ln units',
    range: '[0, ∞)',
    words: 'Sample standard deviation of y = ln(1 + quantity) over active months.',
    missing: 'Fewer than two active months in the window.',
    frame: 'window',
    sql: ({ sum }) => `SQRT(${sum('(y - mean_y) * (y - mean_y)')} / NULLIF(months - 1, 0))`,
  },
  {
    name: 'entropy',
    set: 'shape',
    unit: 'share of the maximum',
    range: '[0, 1]',
    words:
      'Entropy of the distribution of quantity over the months of the window / ln(months since the first sale, at most the window).',
    missing: 'First sale in the as-of month, or no active month in the window.',
    frame: 'window',
    sql: (dialect) => entropySql(dialect, 'tenure'),
  },
  {
    name: 'trend',
    set: 'shape',
    unit: 'ln units a year',
    range: '(−∞, ∞)',
    words: `Ridge slope of y = ln(1 + quantity) over time in years, over active months: Σ(t − mean t)(y − mean y) / (Σ(t − mean t)² + ${trendRidge}).`,
    missing: none,
    frame: 'window',
    sql: ({ sum }) =>
      `${sum('(years - mean_years) * (y - mean_y)')}` +
      ` / (${sum('(years - mean_years) * (years - mean_years)')} + ${trendRidge})`,
  },
  {
    name: 'activity',
    set: 'shape',
    unit: 'share of months',
    range: '[0, 1]',
    words: 'Active months in the window / months since the first sale, at most the window.',
    missing: 'Never.',
    frame: 'window',
    sql: () => 'months * 1e0 / tenure',
  },
  {
    name: 'log_breadth',
    set: 'shape',
    unit: 'ln products',
    range: '[0, ∞)',
    words: 'ln of the mean monthly number of distinct products, over active months.',
    missing: none,
    frame: 'window',
    sql: () => 'LN(mean_products)',
  },
  {
    name: 'breadth_cv',
    set: 'shape',
    unit: 'ratio',
    range: '[0, ∞)',
    words:
      'Coefficient of variation of monthly distinct products over active months: sample standard deviation / mean.',
    missing: 'Fewer than two active months in the window.',
    frame: 'window',
    sql: (dialect) => variationSql(dialect, 'products', 'mean_products'),
  },
];
