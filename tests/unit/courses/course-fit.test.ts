import { expect, test } from 'vitest';
import { courseFit, courseParameters } from '../../../shared/courses/course-fit.js';
import { segmentCourseSchema } from '../../../shared/courses/segment-course.js';
import { fitCourses } from '../../../shared/courses/fit-courses.js';
import { plantedMonths } from '../changes/planted-months.js';

const { months, labels } = plantedMonths({ retailers: 600 });
/** BIC a row, of the months alone. */
const bic = (of: Int32Array, clusters: number): number =>
  (clusters * courseParameters * Math.log(of.length)) / of.length - 2 * courseFit(months, of, clusters);

test('of partitions of three behaviours the true one has the lowest BIC: not one coarser, finer, or drawn at random', () => {
  const truth = bic(labels, 3);
  const coarser = labels.map((label) => Math.min(label, 1));
  const finer = labels.map((label, i) => (label === 0 && i % 2 === 0 ? 3 : label));
  const random = labels.map((_, i) => Math.floor(i / 4) % 3);
  expect(bic(coarser, 2)).toBeGreaterThan(truth);
  expect(bic(finer, 4)).toBeGreaterThan(truth);
  expect(bic(random, 3)).toBeGreaterThan(truth);
});

test('every number of a course is charged for, its share of the retailers excepted', () => {
  const course = segmentCourseSchema.parse(fitCourses(months, labels, 3).courses[0]);
  expect(Object.values(course).flat().length - 1).toBe(courseParameters);
});

test('where no cluster has a course the months explain nothing', () => {
  const one = {
    ...months,
    quantities: { ...months.quantities, data: months.quantities.data.map(() => NaN) },
  };
  expect(courseFit(one, labels, 3)).toBe(-Infinity);
});
