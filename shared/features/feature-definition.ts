import { type SqlDialect } from '../sql/sql-dialect.js';

export const featureSets = ['classic', 'shape'] as const;
export type FeatureSet = (typeof featureSets)[number];

/**
 * What a feature is computed over, a row each:
 * - `history`: the active months up to the as-of month: `qty, products, calendar` (1 to 12), and of the retailer
 *   `months` (how many), `total_qty, mean_qty, mean_products`;
 * - `window`: the same within the last months only, with `y = ln(1 + qty)`, `years` (0 at the as-of month, −1 a year
 *   before), `mean_y, mean_years`, and `tenure` (months since the first sale, at most the window);
 * - `growth`: pairs of consecutive whole years: `qty_growth, products_growth`.
 */
export type FeatureFrame = 'history' | 'window' | 'growth';

/** One feature: what it means, and the one expression that computes it in every dialect. */
export interface FeatureDefinition {
  readonly name: string;
  readonly set: FeatureSet;
  readonly unit: string;
  /** Interval of possible values. */
  readonly range: string;
  readonly words: string;
  /** When the feature is missing; never 0 in its place. */
  readonly missing: string;
  readonly frame: FeatureFrame;
  readonly sql: (dialect: SqlDialect) => string;
}
