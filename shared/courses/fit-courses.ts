import { solvePositive } from './least-squares.js';
import { calendarMonthOf, type RetailerMonths } from './retailer-months.js';
import { bandOf, bands, type MarketCourses, type SegmentCourse } from './segment-course.js';

/** A cluster with fewer retailers that say something has no course of its own. */
const leastRetailers = 20;
/** A retailer with fewer active months in the window says nothing about the spread of its cluster. */
const leastMonths = 3;
/** Ridge on what a calendar month adds, and on the trend: months that a cluster has hardly seen stay near 0. */
const seasonRidge = 1;
const trendRidge = 20;
/** Months of the whole market's pattern that a band of breadth, and of the cluster's that a month of activity, begins with. */
const bandPrior = 20;
const activityPrior = 6;
const leastSeasonVariance = 0.05;
const leastBreadthBetween = 0.005;
const leastVariance = 0.02;
const leastActivityVariance = 0.01;
/** A shock of a month is told from this many retailers on. */
const leastShockRetailers = 50;

/** Courses and shocks, without rates of change. */
export type FittedCourses = Omit<MarketCourses, 'changeRates'>;

interface Window {
  readonly width: number;
  readonly calendar: Int32Array;
  /** Years before the as-of month, ≤ 0. */
  readonly years: Float64Array;
  /** ln(1 + quantity), NaN where inactive or not there yet. */
  readonly volume: Float64Array;
  readonly breadth: Float64Array;
}

function windowOf({ quantities, products, lastPeriod }: RetailerMonths): Window {
  const width = quantities.columns;
  return {
    width,
    calendar: Int32Array.from({ length: width }, (_, j) => calendarMonthOf(lastPeriod - width + 1 + j)),
    years: Float64Array.from({ length: width }, (_, j) => (j - width + 1) / 12),
    volume: quantities.data.map((quantity) => (quantity > 0 ? Math.log1p(quantity) : NaN)),
    breadth: products.data.map((count) => (count > 0 ? Math.log(count) : NaN)),
  };
}

/** Season and trend by least squares within retailers, whatever their levels. */
function fitPattern(
  window: Window,
  rows: readonly number[],
): Pick<SegmentCourse, 'trend'> & { season: Float64Array } {
  const { width, calendar, years, volume } = window;
  const d = 13;
  const normal = new Float64Array(d * d);
  const right = new Float64Array(d);
  const mean = new Float64Array(d);
  const x = new Float64Array(d);
  for (const i of rows) {
    let count = 0;
    let level = 0;
    mean.fill(0);
    for (let j = 0; j < width; j++) {
      const y = volume[i * width + j]!;
      if (Number.isNaN(y)) continue;
      count++;
      level += y;
      mean[calendar[j]!] = mean[calendar[j]!]! + 1;
      mean[12] = mean[12]! + years[j]!;
    }
    if (count < leastMonths) continue;
    for (let a = 0; a < d; a++) mean[a] = mean[a]! / count;
    for (let j = 0; j < width; j++) {
      const y = volume[i * width + j]!;
      if (Number.isNaN(y)) continue;
      for (let a = 0; a < d; a++) x[a] = -mean[a]!;
      x[calendar[j]!] = x[calendar[j]!]! + 1;
      x[12] = x[12]! + years[j]!;
      for (let a = 0; a < d; a++) {
        right[a] = right[a]! + x[a]! * (y - level / count);
        for (let b = 0; b <= a; b++) normal[a * d + b] = normal[a * d + b]! + x[a]! * x[b]!;
      }
    }
  }
  for (let a = 0; a < d; a++) normal[a * d + a] = normal[a * d + a]! + (a < 12 ? seasonRidge : trendRidge);
  const solved = solvePositive(normal, right);
  return { season: solved.slice(0, 12), trend: solved[12]! };
}

/** Level and spread of y about season and trend: between retailers, between their calendar months, and within. */
function fitSpread(
  window: Window,
  rows: readonly number[],
  { season, trend }: { season: Float64Array; trend: number },
): Pick<SegmentCourse, 'level' | 'levelVariance' | 'noise' | 'seasonVariance'> {
  const { width, calendar, years, volume } = window;
  const counts = new Float64Array(12);
  const sums = new Float64Array(12);
  const squares = new Float64Array(12);
  const levels: number[] = [];
  let [within, freedom, plain, plainFreedom] = [0, 0, 0, 0];
  const each = (visit: (count: number, level: number) => void): void => {
    for (const i of rows) {
      counts.fill(0);
      sums.fill(0);
      squares.fill(0);
      let [count, sum] = [0, 0];
      for (let j = 0; j < width; j++) {
        const y = volume[i * width + j]!;
        if (Number.isNaN(y)) continue;
        const m = calendar[j]!;
        const rest = y - season[m]! - trend * years[j]!;
        count++;
        sum += rest;
        counts[m] = counts[m]! + 1;
        sums[m] = sums[m]! + rest;
        squares[m] = squares[m]! + rest * rest;
      }
      if (count >= leastMonths) visit(count, sum / count);
    }
  };
  each((count, level) => {
    levels.push(level);
    for (let m = 0; m < 12; m++) {
      if (counts[m]! > 1) {
        within += squares[m]! - (sums[m]! * sums[m]!) / counts[m]!;
        freedom += counts[m]! - 1;
      }
      plain += squares[m]! - 2 * level * sums[m]! + counts[m]! * level * level;
    }
    plainFreedom += count - 1;
  });
  // With little more than a year there are no months to compare: everything about the level is noise.
  const noise = Math.max(
    leastVariance,
    freedom >= plainFreedom / 4 ? within / freedom : plain / plainFreedom,
  );
  const own = new Float64Array(12);
  const seen = new Float64Array(12);
  each((count, level) => {
    for (let m = 0; m < 12; m++) {
      if (counts[m] === 0) continue;
      own[m] = own[m]! + (sums[m]! / counts[m]! - level) ** 2 - noise * (1 / counts[m]! - 1 / count);
      seen[m] = seen[m]! + 1;
    }
  });
  const level = meanOf(levels);
  return {
    level,
    levelVariance: Math.max(leastVariance, varianceOf(levels, level)),
    noise,
    seasonVariance: Array.from(own, (sum, m) => Math.max(leastSeasonVariance, sum / Math.max(1, seen[m]!))),
  };
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

function varianceOf(values: readonly number[], mean: number): number {
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, values.length - 1);
}

interface BandSums {
  readonly counts: Float64Array;
  readonly sums: Float64Array;
}

function bandSums({ width, volume, breadth }: Window, rows: readonly number[]): BandSums {
  const counts = new Float64Array(bands);
  const sums = new Float64Array(bands);
  for (const i of rows) {
    for (let at = i * width; at < (i + 1) * width; at++) {
      if (Number.isNaN(volume[at]!) || Number.isNaN(breadth[at]!)) continue;
      const band = bandOf(volume[at]!);
      counts[band] = counts[band]! + 1;
      sums[band] = sums[band]! + breadth[at]!;
    }
  }
  return { counts, sums };
}

/** The market's mean by band; a band without months takes that of the nearest band below, else above, that has some. */
function usualBreadth({ counts, sums }: BandSums): Float64Array {
  const means = Float64Array.from(sums, (sum, band) => sum / counts[band]!);
  for (let band = 1; band < bands; band++) if (Number.isNaN(means[band]!)) means[band] = means[band - 1]!;
  for (let band = bands - 2; band >= 0; band--)
    if (Number.isNaN(means[band]!)) means[band] = means[band + 1]!;
  return means;
}

/** Breadth by band of volume: the cluster's own where it has months there, else the market's, moved by how they differ. */
function fitBreadth(
  window: Window,
  rows: readonly number[],
  market: BandSums,
): Pick<SegmentCourse, 'breadth' | 'breadthBetween' | 'breadthWithin'> {
  const { width, volume, breadth } = window;
  const own = bandSums(window, rows);
  let [offset, months] = [0, 0];
  const usual = usualBreadth(market);
  for (let band = 0; band < bands; band++) {
    offset += own.sums[band]! - own.counts[band]! * usual[band]!;
    months += own.counts[band]!;
  }
  offset /= Math.max(1, months);
  const means = Array.from(
    usual,
    (mean, band) => (own.sums[band]! + bandPrior * (mean + offset)) / (own.counts[band]! + bandPrior),
  );
  const offsets: number[] = [];
  let [within, freedom, inverse] = [0, 0, 0];
  for (const i of rows) {
    let [count, sum, square] = [0, 0, 0];
    for (let at = i * width; at < (i + 1) * width; at++) {
      if (Number.isNaN(volume[at]!) || Number.isNaN(breadth[at]!)) continue;
      const rest = breadth[at]! - means[bandOf(volume[at]!)]!;
      count++;
      sum += rest;
      square += rest * rest;
    }
    if (count < leastMonths) continue;
    within += square - (sum * sum) / count;
    freedom += count - 1;
    inverse += 1 / count;
    offsets.push(sum / count);
  }
  const breadthWithin = Math.max(leastBreadthBetween, within / Math.max(1, freedom));
  const spread = varianceOf(offsets, meanOf(offsets));
  return {
    breadth: means,
    breadthWithin,
    breadthBetween: Math.max(
      leastBreadthBetween,
      spread - (breadthWithin * inverse) / Math.max(1, offsets.length),
    ),
  };
}

/** Log odds of activity by calendar month, and how much retailers differ in them (moments of a logistic normal). */
function fitActivity(
  { width, calendar, volume }: Window,
  { quantities }: RetailerMonths,
  rows: readonly number[],
): Pick<SegmentCourse, 'activity' | 'activitySd'> {
  const known = new Float64Array(12);
  const active = new Float64Array(12);
  for (const i of rows) {
    for (let j = 0; j < width; j++) {
      if (Number.isNaN(quantities.data[i * width + j]!)) continue;
      known[calendar[j]!] = known[calendar[j]!]! + 1;
      if (!Number.isNaN(volume[i * width + j]!)) active[calendar[j]!] = active[calendar[j]!]! + 1;
    }
  }
  const total = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0);
  const overall = (total(active) + 1) / (total(known) + 2);
  const shares = Float64Array.from(
    known,
    (months, m) => (active[m]! + activityPrior * overall) / (months + activityPrior),
  );
  let [excess, scale] = [0, 0];
  for (const i of rows) {
    let [difference, variance] = [0, 0];
    for (let j = 0; j < width; j++) {
      if (Number.isNaN(quantities.data[i * width + j]!)) continue;
      const share = shares[calendar[j]!]!;
      difference += (Number.isNaN(volume[i * width + j]!) ? 0 : 1) - share;
      variance += share * (1 - share);
    }
    excess += difference * difference - variance;
    scale += variance * variance;
  }
  return {
    activity: Array.from(shares, (share) => Math.log(share / (1 - share))),
    activitySd: Math.sqrt(Math.max(leastActivityVariance, scale > 0 ? excess / scale : 0)),
  };
}

/** What each month of the window adds to everybody, by the retailers' differences from their clusters' courses. */
function fitShocks(
  { width, calendar, years, volume, breadth }: Window,
  labels: Int32Array,
  courses: readonly (SegmentCourse | null)[],
): MarketCourses['shocks'] {
  const counts = new Float64Array(width);
  const volumes = new Float64Array(width);
  const breadths = new Float64Array(width);
  const rests = new Float64Array(width);
  const widths = new Float64Array(width);
  labels.forEach((label, i) => {
    const course = label < 0 ? null : courses[label]!;
    if (course === null) return;
    let [count, level, offset] = [0, 0, 0];
    for (let j = 0; j < width; j++) {
      const y = volume[i * width + j]!;
      rests[j] = y - course.season[calendar[j]!]! - course.trend * years[j]!;
      widths[j] = breadth[i * width + j]! - course.breadth[bandOf(y)]!;
      if (Number.isNaN(y)) continue;
      count++;
      level += rests[j]!;
      offset += widths[j]!;
    }
    for (let j = 0; j < width; j++) {
      if (Number.isNaN(rests[j]!)) continue;
      counts[j] = counts[j]! + 1;
      volumes[j] = volumes[j]! + rests[j]! - level / count;
      breadths[j] = breadths[j]! + widths[j]! - offset / count;
    }
  });
  const means = (sums: Float64Array): number[] =>
    Array.from(sums, (sum, j) => (counts[j]! < leastShockRetailers ? 0 : sum / counts[j]!));
  return { volume: means(volumes), breadth: means(breadths) };
}

function activeMonths({ width, volume }: Window, i: number): number {
  let active = 0;
  for (let at = i * width; at < (i + 1) * width; at++) if (!Number.isNaN(volume[at]!)) active++;
  return active;
}

/** The usual course of each cluster 0…k−1 of `labels` (a retailer each, −1 noise). */
export function fitCourses(months: RetailerMonths, labels: Int32Array, clusters: number): FittedCourses {
  const window = windowOf(months);
  const members = Array.from({ length: clusters }, (): number[] => []);
  labels.forEach((label, i) => {
    if (label >= 0) members[label]!.push(i);
  });
  const clustered = members.reduce((sum, rows) => sum + rows.length, 0);
  const market = bandSums(window, members.flat());
  const courses = members.map((rows): SegmentCourse | null => {
    if (rows.filter((i) => activeMonths(window, i) >= leastMonths).length < leastRetailers) return null;
    const pattern = fitPattern(window, rows);
    return {
      weight: rows.length / clustered,
      season: [...pattern.season],
      trend: pattern.trend,
      ...fitSpread(window, rows, pattern),
      ...fitBreadth(window, rows, market),
      ...fitActivity(window, months, rows),
    };
  });
  return { lastPeriod: months.lastPeriod, courses, shocks: fitShocks(window, labels, courses) };
}
