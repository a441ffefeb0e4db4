import { expect, test } from 'vitest';
import { typicalRetailers } from '../../../shared/report/content/typical-retailers.js';

test('typical retailers are those nearest to their own segment’s mean, nearest first, equal distances by row', () => {
  const space = { data: Float64Array.of(0, 4, 1, -1, 0.5, 9, 10, 2), rows: 8, columns: 1 };
  const segmentIds = ['S01', 'S01', 'S01', 'S01', 'S01', 'S02', 'S02', null];
  const typical = typicalRetailers(
    space,
    segmentIds,
    new Float64Array(8).fill(1),
    { ids: ['S01', 'S02'], columns: 1, values: [0, 10] },
    3,
  );
  expect(Object.fromEntries(typical)).toEqual({ S01: [0, 4, 2], S02: [6, 5] });
});

test('a retailer near the mean that hardly belongs to the segment is not typical of it', () => {
  const space = { data: Float64Array.of(0, 1, 2, 3), rows: 4, columns: 1 };
  const strengths = Float64Array.of(0.1, 0.9, 0.8, 0.95);
  const typical = typicalRetailers(
    space,
    ['S01', 'S01', 'S01', 'S01'],
    strengths,
    { ids: ['S01'], columns: 1, values: [0] },
    2,
  );
  expect(typical.get('S01')).toEqual([1, 2]);
});
