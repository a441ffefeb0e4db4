import { calendarMonthOf, firstColumn, type RetailerMonths } from './retailer-months.js';
import { bandOf, type SegmentCourse } from './segment-course.js';
import { type FittedCourses } from './fit-courses.js';

/**
 * Months since a retailer's first sale that must lie before a change, and months after it. Within a first year nobody can
 * tell a change from the season: on ten to twelve months of real sales, a tenth seemed to change in one summer month.
 */
const leastBefore = 12;
const leastAfter = 2;
/** How far a retailer that goes on as before may move all the same: variances of its season's months, level and breadth. */
const seasonDrift = 0.01;
const levelDrift = 0.1;
const breadthDrift = 0.005;
/** Chance that its level moved for reasons of its own, by as much as with a change of behaviour. */
const levelShift = 0.1;
/** Variance of the level's step that comes with a change of behaviour. */
const levelStep = 0.5;
/** Share of a retailer's own offset in breadth that it keeps when it changes. */
const offsetKept = 0.8;
/** Clusters this much (in logs) less likely than the best for the months before are not considered. */
const unlikely = 8;
/** Residuals of breadth count up to this many standard deviations. */
const breadthClip = 3;

/** Gauss–Hermite quadrature of five points over a standard normal: retailers differ in how often they buy. */
const nodes = [-2.8569700138728, -1.3556261799742659, 0, 1.3556261799742659, 2.8569700138728];
const nodeLogWeights = [
  0.011257411327720692, 0.22207592200561266, 0.5333333333333333, 0.22207592200561266, 0.011257411327720692,
].map(Math.log);
const points = nodes.length;
const log2Pi = Math.log(2 * Math.PI);

/** What is kept of a stretch of months, for one cluster: sums, so that a stretch is the difference of two. */
const season = 0;
const square = 12;
const offset = 13;
const offsetSquare = 14;
const odds = 15;
const cells = odds + points;

interface PreparedCourse extends SegmentCourse {
  readonly cluster: number;
  readonly logWeight: number;
  /** By node and calendar month: log chance of a month without and with sales. */
  readonly logActivity: Float64Array;
  /** By calendar month and number of months: variance of their mean about the level, its inverse and half its log. */
  readonly precision: Float64Array;
  readonly halfLog: Float64Array;
  readonly clip: number;
}

export interface CourseEvidence {
  /**
   * Log likelihood of all that the retailer did, were it of cluster c throughout, into `out[c]`; NaN for a cluster
   * without a course, 0 for all where the retailer has no month.
   */
  likelihoods(retailer: number, out: Float64Array): void;
  /**
   * Log Bayes factor of a change of behaviour with the month of column j, against none, into `out[j]`; −∞ where too few
   * months lie before or after.
   */
  totals(retailer: number, out: Float64Array): void;
  /** The same by the cluster that the retailer changed to, into `out[j × clusters + c]`. */
  byCluster(retailer: number, out: Float64Array): void;
}

function logSum(a: number, b: number): number {
  const most = Math.max(a, b);
  return most === -Infinity ? most : most + Math.log(Math.exp(a - most) + Math.exp(b - most));
}

/** Log density of `count` numbers (sum, sum of squares) with variance `within`, about one draw from N(0, `between`). */
function randomIntercept(
  count: number,
  sum: number,
  squares: number,
  within: number,
  between: number,
): number {
  if (count === 0) return 0;
  const inflation = 1 + (count * between) / within;
  const fit = squares / within - ((between / (within * within)) * sum * sum) / inflation;
  return -0.5 * (count * (log2Pi + Math.log(within)) + Math.log(inflation) + fit);
}

function prepare(course: SegmentCourse, cluster: number, columns: number): PreparedCourse {
  const most = Math.ceil(columns / 12);
  const precision = new Float64Array(12 * (most + 1));
  const halfLog = new Float64Array(12 * (most + 1));
  for (let m = 0; m < 12; m++) {
    for (let count = 1; count <= most; count++) {
      const variance = course.seasonVariance[m]! + course.noise / count;
      precision[m * (most + 1) + count] = 1 / variance;
      halfLog[m * (most + 1) + count] = 0.5 * (log2Pi + Math.log(variance));
    }
  }
  const logActivity = new Float64Array(points * 24);
  nodes.forEach((node, z) => {
    course.activity.forEach((logOdds, m) => {
      const x = logOdds + node * course.activitySd;
      logActivity[(z * 12 + m) * 2] = -Math.log1p(Math.exp(x));
      logActivity[(z * 12 + m) * 2 + 1] = -Math.log1p(Math.exp(-x));
    });
  });
  return {
    ...course,
    cluster,
    logWeight: Math.log(course.weight),
    logActivity,
    precision,
    halfLog,
    clip: breadthClip * Math.sqrt(course.breadthWithin + course.breadthBetween),
  };
}

/**
 * What each retailer's own months say: of which cluster's course they are, and how surely its behaviour changed, and to
 * which. Marginal likelihoods of a small random-effects model: y = own level + season + trend + own season + noise; breadth at a given volume = own
 * offset + noise; activity by own log odds. Going on as before is predicted from the retailer's own earlier months, a
 * change from the course of another cluster; both let the level go. So a retailer that is merely unusual
 * does not look changed, and two stretches that cover different seasons can be compared.
 */
export function courseEvidence(months: RetailerMonths, market: FittedCourses): CourseEvidence {
  const width = months.quantities.columns;
  const quantities = months.quantities.data;
  const products = months.products.data;
  const most = Math.ceil(width / 12);
  const courses = market.courses.flatMap((course, c) => (course === null ? [] : [prepare(course, c, width)]));
  const k = courses.length;
  const clusters = market.courses.length;
  const calendar = Int32Array.from({ length: width }, (_, j) =>
    calendarMonthOf(months.lastPeriod - width + 1 + j),
  );
  const years = Float64Array.from(
    { length: width },
    (_, j) => (months.lastPeriod - market.lastPeriod + j - width + 1) / 12,
  );
  const known = market.shocks.volume.length;
  const shock = (of: readonly number[], j: number): number =>
    of[j + months.lastPeriod - market.lastPeriod + known - width] ?? 0;
  const volumeShock = Float64Array.from({ length: width }, (_, j) => shock(market.shocks.volume, j));
  const breadthShock = Float64Array.from({ length: width }, (_, j) => shock(market.shocks.breadth, j));

  // Sums up to each month: active months by calendar month, and for each cluster its cells.
  const counts = new Int32Array((width + 1) * 12);
  const active = new Int32Array(width + 1);
  const sums = Array.from({ length: k }, () => new Float64Array((width + 1) * cells));
  const part = new Float64Array(cells);
  const partCounts = new Int32Array(12);
  const ownSeason = new Float64Array(12);
  const ownVariance = new Float64Array(12);
  const score = new Float64Array(k);
  const chance = new Float64Array(k);
  const factors = new Float64Array(k);
  const earlier = { level: 0, levelVariance: 0, offset: 0, offsetVariance: 0 };

  const accumulate = (i: number, start: number): void => {
    counts.fill(0, 0, (start + 1) * 12);
    active.fill(0, 0, start + 1);
    for (const sum of sums) sum.fill(0, 0, (start + 1) * cells);
    for (let j = start; j < width; j++) {
      const quantity = quantities[i * width + j]!;
      const on = quantity > 0;
      const m = calendar[j]!;
      counts.copyWithin((j + 1) * 12, j * 12, (j + 1) * 12);
      active[j + 1] = active[j]! + (on ? 1 : 0);
      if (on) counts[(j + 1) * 12 + m] = counts[(j + 1) * 12 + m]! + 1;
      const y = Math.log1p(quantity);
      const band = on ? bandOf(y) : 0;
      const breadth = on ? Math.log(products[i * width + j]!) - breadthShock[j]! : 0;
      for (let c = 0; c < k; c++) {
        const course = courses[c]!;
        const sum = sums[c]!;
        const to = (j + 1) * cells;
        sum.copyWithin(to, j * cells, to);
        for (let z = 0; z < points; z++) {
          sum[to + odds + z] = sum[to + odds + z]! + course.logActivity[(z * 12 + m) * 2 + (on ? 1 : 0)]!;
        }
        if (!on) continue;
        const rest = y - volumeShock[j]! - course.season[m]! - course.trend * years[j]! - course.level;
        const wide = Math.max(-course.clip, Math.min(course.clip, breadth - course.breadth[band]!));
        sum[to + season + m] = sum[to + season + m]! + rest;
        sum[to + square] = sum[to + square]! + rest * rest;
        sum[to + offset] = sum[to + offset]! + wide;
        sum[to + offsetSquare] = sum[to + offsetSquare]! + wide * wide;
      }
    }
  };

  /** The stretch of months `from` ≤ j < `to` into `part` and `partCounts`; returns its active months. */
  const stretch = (c: number, from: number, to: number): number => {
    const sum = sums[c]!;
    for (let cell = 0; cell < cells; cell++) part[cell] = sum[to * cells + cell]! - sum[from * cells + cell]!;
    for (let m = 0; m < 12; m++) partCounts[m] = counts[to * 12 + m]! - counts[from * 12 + m]!;
    return active[to]! - active[from]!;
  };

  const activityOf = (weights: ArrayLike<number>): number => {
    let log = -Infinity;
    for (let z = 0; z < points; z++) log = logSum(log, weights[z]! + part[odds + z]!);
    return log;
  };

  // By calendar month of the stretch: what its mean is expected at, and its variance about that: the inverse, and half its log.
  const centre = new Float64Array(12);
  const precision = new Float64Array(12);
  const halfLog = new Float64Array(12);
  const volume = { log: 0, freedom: 0, within: 0, precision: 0, rest: 0, square: 0 };

  /** Gathers the stretch's y about `centre` into `volume`, for any level to be drawn. */
  const gatherVolume = (months: number): void => {
    volume.log = 0;
    volume.freedom = months;
    volume.within = part[square]!;
    volume.precision = volume.rest = volume.square = 0;
    for (let m = 0; m < 12; m++) {
      const count = partCounts[m]!;
      if (count === 0) continue;
      const mean = part[season + m]! / count;
      const rest = mean - centre[m]!;
      volume.freedom--;
      volume.within -= count * mean * mean;
      if (count > 1) volume.log -= 0.5 * Math.log(count);
      volume.log -= halfLog[m]!;
      volume.precision += precision[m]!;
      volume.rest += precision[m]! * rest;
      volume.square += precision[m]! * rest * rest;
    }
  };

  /** Log density of what was gathered, with the level about `centre` drawn from N(0, variance). */
  const densityOfVolume = ({ noise }: PreparedCourse, variance: number): number => {
    const { log, freedom, within, rest } = volume;
    const inflation = 1 + variance * volume.precision;
    const repeats =
      freedom > 0 ? 0.5 * (freedom * (log2Pi + Math.log(noise)) + Math.max(0, within) / noise) : 0;
    return log - repeats - 0.5 * (Math.log(inflation) + volume.square - (variance * rest * rest) / inflation);
  };

  /** Log density of the stretch's y, with its level drawn from N(level, variance), for retailers of the course. */
  const volumeOf = (course: PreparedCourse, months: number, level: number, variance: number): number => {
    centre.fill(level);
    for (let m = 0; m < 12; m++) {
      const at = m * (most + 1) + partCounts[m]!;
      precision[m] = course.precision[at]!;
      halfLog[m] = course.halfLog[at]!;
    }
    gatherVolume(months);
    return densityOfVolume(course, variance);
  };

  /** The same for a retailer that goes on as before: its own season so far is known. */
  const ownVolumeOf = (course: PreparedCourse, months: number): number => {
    for (let m = 0; m < 12; m++) {
      const variance = ownVariance[m]! + course.noise / partCounts[m]!;
      centre[m] = ownSeason[m]! + earlier.level;
      precision[m] = 1 / variance;
      halfLog[m] = 0.5 * (log2Pi + Math.log(variance));
    }
    gatherVolume(months);
    return logSum(
      Math.log(1 - levelShift) + densityOfVolume(course, earlier.levelVariance + levelDrift),
      Math.log(levelShift) + densityOfVolume(course, earlier.levelVariance + levelStep),
    );
  };

  /** What the months before `at` say about the retailer, were it of the course: level, offset, season, activity. */
  const posterior = new Float64Array(points);
  const learn = (c: number, start: number, at: number): void => {
    const course = courses[c]!;
    const months = stretch(c, start, at);
    let a = 1 / course.levelVariance;
    let b = 0;
    for (let m = 0; m < 12; m++) {
      if (partCounts[m] === 0) continue;
      const precision = course.precision[m * (most + 1) + partCounts[m]!]!;
      a += precision;
      b += (precision * part[season + m]!) / partCounts[m]!;
    }
    earlier.level = b / a;
    earlier.levelVariance = 1 / a;
    const kept = course.breadthBetween / (course.breadthBetween + course.breadthWithin / Math.max(1, months));
    earlier.offset = months === 0 ? 0 : (kept * part[offset]!) / months;
    earlier.offsetVariance = months === 0 ? course.breadthBetween : course.breadthBetween * (1 - kept);
    for (let m = 0; m < 12; m++) {
      const count = partCounts[m]!;
      const variance = course.seasonVariance[m]!;
      const share = count === 0 ? 0 : variance / (variance + course.noise / count);
      ownSeason[m] = count === 0 ? 0 : share * (part[season + m]! / count - earlier.level);
      ownVariance[m] = variance * (1 - share) + (count === 0 ? 0 : seasonDrift);
    }
    const norm = activityOf(nodeLogWeights);
    for (let z = 0; z < points; z++) posterior[z] = nodeLogWeights[z]! + part[odds + z]! - norm;
  };

  const breadthOf = (course: PreparedCourse, months: number, mean: number, between: number): number =>
    randomIntercept(
      months,
      part[offset]! - months * mean,
      part[offsetSquare]! - 2 * mean * part[offset]! + months * mean * mean,
      course.breadthWithin,
      between,
    );

  const before = (c: number, start: number, at: number): number => {
    const course = courses[c]!;
    const months = stretch(c, start, at);
    return (
      volumeOf(course, months, 0, course.levelVariance) +
      breadthOf(course, months, 0, course.breadthBetween) +
      activityOf(nodeLogWeights)
    );
  };

  /** Months from `at` on of a retailer that goes on as before; `learn` comes first. */
  const unchanged = (c: number, at: number): number => {
    const course = courses[c]!;
    const months = stretch(c, at, width);
    return (
      ownVolumeOf(course, months) +
      breadthOf(course, months, earlier.offset, earlier.offsetVariance + breadthDrift) +
      activityOf(posterior)
    );
  };

  /** Months from `at` on of a retailer that takes up the course; `learn` of the course that it leaves comes first. */
  const changed = (c: number, at: number): number => {
    const course = courses[c]!;
    const months = stretch(c, at, width);
    const between = course.breadthBetween * (1 - offsetKept * offsetKept);
    return (
      volumeOf(course, months, earlier.level, earlier.levelVariance + levelStep) +
      breadthOf(course, months, offsetKept * earlier.offset, between) +
      activityOf(nodeLogWeights)
    );
  };

  /** Log Bayes factors of a change at `at` into `factors`, a course each. */
  const weigh = (start: number, at: number): void => {
    let best = 0;
    let total = -Infinity;
    for (let c = 0; c < k; c++) {
      score[c] = courses[c]!.logWeight + before(c, start, at);
      total = logSum(total, score[c]!);
      if (score[c]! > score[best]!) best = c;
    }
    let asBefore = -Infinity;
    let others = 0;
    for (let c = 0; c < k; c++) {
      chance[c] = courses[c]!.weight * (1 - Math.min(1, Math.exp(score[c]! - total)));
      others += chance[c]!;
      if (c === best || score[c]! < score[best]! - unlikely) continue;
      learn(c, start, at);
      asBefore = logSum(asBefore, score[c]! - total + unchanged(c, at));
    }
    learn(best, start, at);
    asBefore = logSum(asBefore, score[best]! - total + unchanged(best, at));
    for (let c = 0; c < k; c++) {
      factors[c] = chance[c]! > 0 ? Math.log(chance[c]! / others) + changed(c, at) - asBefore : -Infinity;
    }
  };

  const each = (i: number, visit: (j: number) => void): void => {
    const start = firstColumn(months, i);
    if (k < 2 || width - start < leastBefore + leastAfter) return;
    accumulate(i, start);
    for (let j = start + leastBefore; j <= width - leastAfter; j++) {
      weigh(start, j);
      visit(j);
    }
  };

  return {
    likelihoods(i, out) {
      out.fill(NaN);
      const start = firstColumn(months, i);
      if (start < width) accumulate(i, start);
      for (let c = 0; c < k; c++) out[courses[c]!.cluster] = start < width ? before(c, start, width) : 0;
    },
    totals(i, out) {
      out.fill(-Infinity);
      each(i, (j) => {
        for (let c = 0; c < k; c++) out[j] = logSum(out[j]!, factors[c]!);
      });
    },
    byCluster(i, out) {
      out.fill(-Infinity);
      each(i, (j) => {
        for (let c = 0; c < k; c++) out[j * clusters + courses[c]!.cluster] = factors[c]!;
      });
    },
  };
}
