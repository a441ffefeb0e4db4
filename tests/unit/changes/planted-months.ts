import { withChangeRates } from '../../../shared/changes/detect-changes.js';
import { fitCourses } from '../../../shared/courses/fit-courses.js';
import { type MarketCourses } from '../../../shared/courses/segment-course.js';
import { type RetailerMonths } from '../../../shared/courses/retailer-months.js';
import { zeros } from '../../../shared/numeric/matrix.js';
import { seededRandom } from '../../../shared/numeric/seeded-random.js';

/** Three ways to buy: in the summer, evenly and broad, around Christmas and seldom. */
const behaviours = [
  { season: (m: number) => 1.6 * Math.cos((2 * Math.PI * (m - 6)) / 12), breadth: 1.2, active: 0.8 },
  { season: () => 0, breadth: 2.2, active: 0.95 },
  { season: (m: number) => 1.4 * Math.cos((2 * Math.PI * (m - 11)) / 12), breadth: 0.7, active: 0.6 },
] as const;

export interface PlantedMonths {
  readonly months: RetailerMonths;
  /** A retailer each: behaviour before the change. */
  readonly labels: Int32Array;
  /** A retailer each: behaviour in the last month. */
  readonly now: Int32Array;
  readonly changed: readonly number[];
}

/**
 * 36 months to a December. Every `1 / share`-th retailer takes up the next behaviour `ago` months before the end;
 * `levelStep` is added to everybody's log volume from then on.
 */
export function plantedMonths(options: {
  readonly retailers: number;
  readonly share?: number;
  readonly ago?: number;
  readonly levelStep?: number;
  readonly youngest?: number;
}): PlantedMonths {
  const { retailers, share = 0, ago = 6, levelStep = 0, youngest = 36 } = options;
  const width = 36;
  const random = seededRandom(7, 'planted months');
  const quantities = zeros(retailers, width);
  const products = zeros(retailers, width);
  const labels = Int32Array.from({ length: retailers }, (_, i) => i % 3);
  const every = share === 0 ? Infinity : Math.round(1 / share);
  const changed = Array.from({ length: retailers }, (_, i) => i).filter((i) => i % every === every - 1);
  const isChanged = new Set(changed);
  const now = labels.map((label, i) => (isChanged.has(i) ? (label + 1) % 3 : label));
  for (let i = 0; i < retailers; i++) {
    const level = 3.5 + random.normal();
    const offset = 0.2 * random.normal();
    for (let j = 0; j < width; j++) {
      const later = j >= width - ago;
      const { season, breadth, active } = behaviours[later ? now[i]! : labels[i]!]!;
      const [on, noise, wide] = [random.uniform() < active, random.normal(), random.normal()];
      if (j < width - youngest && i % 2 === 0) {
        quantities.data[i * width + j] = NaN;
        products.data[i * width + j] = NaN;
        continue;
      }
      if (!on) continue;
      const quantity = Math.exp(level + season(j % 12) + (later ? levelStep : 0) + 0.5 * noise);
      quantities.data[i * width + j] = Math.max(1, Math.round(quantity));
      products.data[i * width + j] = Math.min(
        quantities.data[i * width + j]!,
        Math.max(1, Math.round(Math.exp(breadth + offset + 0.2 * wide))),
      );
    }
  }
  return { months: { lastPeriod: 2023 * 12 + 11, quantities, products }, labels, now, changed };
}

/** Courses of the labels, and how often behaviour changes. */
export function marketCourses(months: RetailerMonths, labels: Int32Array, clusters: number): MarketCourses {
  return withChangeRates(months, fitCourses(months, labels, clusters));
}
