import { z } from 'zod';

const positive = z.number().positive();
const year = z.array(z.number()).length(12);

/**
 * The usual course of a segment's retailers over the months. y is ln(1 + quantity) and b ln(distinct products) of an
 * active month; calendar months begin with January.
 */
export const segmentCourseSchema = z.strictObject({
  /** Share of the retailers in segments. */
  weight: positive.max(1),
  /** Mean y of a retailer whose season and trend are taken off; and its variance between retailers. */
  level: z.number(),
  levelVariance: positive,
  /** What a calendar month adds to y, and the variance of that between retailers. */
  season: year,
  seasonVariance: z.array(positive).length(12),
  /** Change of y a year. */
  trend: z.number(),
  /** Variance of y around a retailer's own course. */
  noise: positive,
  /** Mean b by band of y: few products fit into few units, so that breadth means nothing apart from volume. */
  breadth: z.array(z.number()),
  /** Variance of b around its band's mean: of a retailer's own offset, and of its months around that. */
  breadthBetween: positive,
  breadthWithin: positive,
  /** Log odds that a calendar month is active, and their standard deviation between retailers. */
  activity: year,
  activitySd: positive,
});

export type SegmentCourse = z.infer<typeof segmentCourseSchema>;

/** Upper ends of the bands of y, the last band open. */
const bandEnds = [0.9, 1.3, 1.7, 2.1, 2.5, 3, 3.5, 4, 5, 6, 7, 8.5, 10];
export const bands = bandEnds.length + 1;

export function bandOf(y: number): number {
  let band = 0;
  while (band < bandEnds.length && y >= bandEnds[band]!) band++;
  return band;
}

/**
 * What a change test needs of a market: the course of each cluster 0…k−1, null where too few retailers are in it to
 * tell, and how often behaviour changes.
 */
export const marketCoursesSchema = z.strictObject({
  /** Month index of the as-of month: time counts from it, in years. */
  lastPeriod: z.int(),
  courses: z.array(segmentCourseSchema.nullable()),
  /** What a month adds to everybody's y and b, season apart: of the window's months, the as-of month last. */
  shocks: z.strictObject({ volume: z.array(z.number()), breadth: z.array(z.number()) }),
  /** Share of the retailers that begin to behave otherwise in a month, likewise. */
  changeRates: z.array(z.number().min(0).max(1)),
});

export type MarketCourses = z.infer<typeof marketCoursesSchema>;
