import { calendarMonths } from '../features/calendar-months.js';
import { type SegmentTrait } from './segment-traits.js';

const months = calendarMonths.map(({ name }) => name.slice(0, 3));
/** Seasons of the northern half of the world, by their first month (January 0). Where they turn round, override the name. */
const seasons: ReadonlyMap<number, string> = new Map([
  [11, 'winter'],
  [2, 'spring'],
  [5, 'summer'],
  [8, 'autumn'],
]);
const windowMonths = 3;

/** Columns of calendar-month features, January first; the families that features come in, the first that is whole. */
const families: readonly ((month: string) => string)[] = [
  (month) => `season_${month}`,
  (month) => `avg_qty_${month}`,
];

/**
 * The three months of the year in which a segment stands out most, as one trait: "summer peak", "Oct–Dec low".
 * `z` are z-scores by column. Undefined where the features hold no calendar months.
 */
export function calendarTrait(names: readonly string[], z: Float64Array): SegmentTrait | undefined {
  const family = families
    .map((nameOf) => months.map((_, m) => names.indexOf(nameOf(String(m + 1).padStart(2, '0')))))
    .find((columns) => columns.every((column) => column >= 0));
  if (family === undefined) return undefined;
  const values = family.map((column) => (Number.isFinite(z[column]) ? z[column]! : 0));
  // Against the segment's own year, so that mere size is no season.
  const level = values.reduce((sum, value) => sum + value, 0) / months.length;
  let best = { start: 0, z: 0 };
  for (let start = 0; start < months.length; start++) {
    let sum = 0;
    for (let m = start; m < start + windowMonths; m++) sum += values[m % months.length]! - level;
    if (Math.abs(sum / windowMonths) > Math.abs(best.z)) best = { start, z: sum / windowMonths };
  }
  const last = months[(best.start + windowMonths - 1) % months.length]!;
  const when = seasons.get(best.start) ?? `${months[best.start]!}–${last}`;
  return {
    phrase: `${when} ${best.z > 0 ? 'peak' : 'low'}`,
    feature: names[family[best.start]!]!,
    z: best.z,
  };
}
