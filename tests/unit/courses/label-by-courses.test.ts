import { describe, expect, test } from 'vitest';
import { labelByCourses, posteriorByCourses } from '../../../shared/courses/label-by-courses.js';
import { monthsOfRows } from '../../../shared/courses/retailer-months.js';
import { type Matrix, zeros } from '../../../shared/numeric/matrix.js';
import { seededRandom } from '../../../shared/numeric/seeded-random.js';
import { plantedMonths } from '../changes/planted-months.js';

const retailers = 600;
const { months, labels: truth } = plantedMonths({ retailers });

/** Features that point to the right one of three clusters in so many cases, never surely. */
function vaguePosterior(rightShare: number): Matrix {
  const random = seededRandom(1, 'vague');
  const posterior = zeros(retailers, 3);
  truth.forEach((label, i) => {
    const seen = random.uniform() < rightShare ? label : (label + 1) % 3;
    posterior.data.fill(0.2, i * 3, i * 3 + 3);
    posterior.data[i * 3 + seen] = 0.6;
  });
  return posterior;
}

const likeliest = ({ data }: Matrix): Int32Array =>
  Int32Array.from({ length: retailers }, (_, i) => {
    const row = data.subarray(i * 3, i * 3 + 3);
    return row.indexOf(Math.max(...row));
  });
const right = (labels: Int32Array): number =>
  truth.filter((label, i) => labels[i] === label).length / retailers;

const posterior = vaguePosterior(0.8);
const byFeatures = likeliest(posterior);
const asked = { months, labels: byFeatures, posterior, weight: 0.5 };

describe('features are right about four in five', () => {
  const found = labelByCourses(asked);

  test('their months tell nearly all of the others', () => {
    expect(right(byFeatures)).toBeLessThan(0.85);
    expect(right(found.labels)).toBeGreaterThan(0.98);
  });

  test('probabilities sum to 1 and the label is the likeliest', () => {
    expect(likeliest(found.posterior)).toEqual(found.labels);
    for (let i = 0; i < retailers; i++) {
      const row = found.posterior.data.subarray(i * 3, i * 3 + 3);
      expect(row.reduce((a, b) => a + b)).toBeCloseTo(1, 9);
    }
  });

  test('the courses alone give a retailer the same answer, whoever else is asked', () => {
    const rows = [5, 17, 400];
    const some = { data: zeros(3, 3).data, rows: 3, columns: 3 };
    rows.forEach((i, at) => some.data.set(posterior.data.subarray(i * 3, i * 3 + 3), at * 3));
    const stored = JSON.parse(JSON.stringify(found.courses)) as typeof found.courses;
    const alone = posteriorByCourses(some, monthsOfRows(months, rows), stored, 0.5);
    rows.forEach((i, at) => {
      expect(alone.data.subarray(at * 3, at * 3 + 3)).toEqual(
        found.posterior.data.subarray(i * 3, i * 3 + 3),
      );
    });
  });

  test('noise stays noise', () => {
    const labels = byFeatures.slice();
    labels[3] = -1;
    expect(labelByCourses({ ...asked, labels }).labels[3]).toBe(-1);
  });
});

test('with a weight of 0 features decide alone', () => {
  const found = labelByCourses({ ...asked, weight: 0 });
  expect(found.labels).toEqual(byFeatures);
  found.posterior.data.forEach((value, at) => expect(value).toBeCloseTo(posterior.data[at]!, 12));
});

test('a retailer without months keeps what its features say', () => {
  const width = months.quantities.columns;
  const blank = monthsOfRows(
    months,
    Int32Array.from({ length: retailers }, (_, i) => i),
  );
  for (const { data } of [blank.quantities, blank.products]) data.fill(NaN, 0, width);
  const found = labelByCourses({ ...asked, months: blank });
  for (let c = 0; c < 3; c++) expect(found.posterior.data[c]).toBeCloseTo(posterior.data[c]!, 12);
});

test('a cluster too small for a course counts like the average one: neither does everybody join it nor do all leave', () => {
  const wide = zeros(retailers, 4);
  for (let i = 0; i < retailers; i++) {
    for (let c = 0; c < 3; c++) wide.data[i * 4 + c] = 0.99 * posterior.data[i * 3 + c]!;
    wide.data[i * 4 + 3] = 0.01;
  }
  const few = byFeatures.slice();
  for (const i of [0, 100, 200]) {
    few[i] = 3;
    wide.data.set([0.0005, 0.0005, 0.0005, 0.9985], i * 4);
  }
  const found = labelByCourses({ ...asked, labels: few, posterior: wide });
  expect(found.courses.courses[3]).toBeNull();
  expect([0, 100, 200].map((i) => found.labels[i])).toEqual([3, 3, 3]);
  expect(found.labels.filter((label) => label === 3).length).toBeLessThan(6);
});
