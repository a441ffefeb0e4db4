import { featurePhrases } from '../../identity/feature-phrases.js';
import { monthName } from '../figures.js';

const families: readonly (readonly [pattern: RegExp, words: (month: string) => string])[] = [
  [/^season_(\d\d)$/, (month) => month],
  [/^avg_qty_(\d\d)$/, (month) => `${month} volume`],
  [/^avg_products_(\d\d)$/, (month) => `${month} range`],
];

const quantities: ReadonlyMap<string, string> = new Map([
  ['log_volume', 'volume'],
  ['volume_sd', 'volatility'],
  ['entropy', 'evenness of sales'],
  ['trend', 'growth'],
  ['activity', 'months with sales'],
  ['log_breadth', 'breadth of range'],
  ['breadth_cv', 'change of range'],
  ['qty_cv', 'volatility'],
  ['products_cv', 'change of range'],
  ['sales_entropy', 'evenness of sales'],
  ['qty_yoy', 'growth'],
  ['products_yoy', 'growth of range'],
]);

function calendarLabel(feature: string): string | undefined {
  for (const [pattern, words] of families) {
    const month = pattern.exec(feature)?.[1];
    if (month !== undefined) return words(monthName(Number(month) - 1));
  }
  return undefined;
}

/** What a feature measures, in a few words: "volume", "December". The name itself where there are none. */
export function featureLabel(feature: string): string {
  return quantities.get(feature) ?? calendarLabel(feature) ?? feature;
}

/** What a value above (or below) the average means: "broad range", "strong December". */
export function traitLabel(feature: string, high: boolean): string {
  const phrases = featurePhrases.get(feature);
  if (phrases !== undefined) return high ? phrases.high : phrases.low;
  const month = calendarLabel(feature);
  return month === undefined ? feature : `${high ? 'strong' : 'weak'} ${month}`;
}

/** Whether a feature is one of twelve, a calendar month each. */
export function isCalendarFeature(feature: string): boolean {
  return calendarLabel(feature) !== undefined;
}
