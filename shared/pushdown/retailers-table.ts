import { featureDefinitions } from '../features/definitions.js';

/** Months of each retailer's sales curve, and of the volume that segments share: what the report draws. */
export const curveMonths = 24;
export const volumeMonths = 12;

/** Column of the quantity so many months before the as-of month, missing where nothing was sold. */
export function curveColumn(monthsAgo: number): string {
  return `qty_ago_${String(monthsAgo).padStart(2, '0')}`;
}

export const volumeColumn = `qty_last_${volumeMonths}`;

/**
 * Columns of `retailers.parquet` beside `shop_id`, a row a retailer, as a warehouse computes them: months as indices
 * (contracts/as-of-month.ts), then every feature, then recent quantities. Features are there for everybody who ever sold.
 */
export const countColumns = ['first_period', 'last_period', 'active_months'] as const;
export const measureColumns: readonly string[] = [
  ...featureDefinitions.map(({ name }) => name),
  volumeColumn,
  ...Array.from({ length: curveMonths }, (_, monthsAgo) => curveColumn(monthsAgo)),
];
