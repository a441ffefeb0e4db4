/** What a high and a low value of a feature mean for a retailer, in a category manager's words. */
export interface FeaturePhrases {
  readonly high: string;
  readonly low: string;
}

/** Phrases by feature. Calendar months are read together (`calendar-trait.ts`). */
export const featurePhrases: ReadonlyMap<string, FeaturePhrases> = new Map([
  ['log_volume', { high: 'large volume', low: 'small volume' }],
  ['volume_sd', { high: 'volatile volume', low: 'steady volume' }],
  ['entropy', { high: 'evenly spread sales', low: 'sales in few months' }],
  ['trend', { high: 'growing', low: 'declining' }],
  ['activity', { high: 'buys every month', low: 'skips months' }],
  ['log_breadth', { high: 'broad range', low: 'narrow range' }],
  ['breadth_cv', { high: 'changing range', low: 'constant range' }],
  ['qty_cv', { high: 'volatile volume', low: 'steady volume' }],
  ['products_cv', { high: 'changing range', low: 'constant range' }],
  ['sales_entropy', { high: 'evenly spread sales', low: 'sales in few months' }],
  ['qty_yoy', { high: 'growing', low: 'declining' }],
  ['products_yoy', { high: 'widening range', low: 'shrinking range' }],
]);
