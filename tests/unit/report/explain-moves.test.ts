import { expect, test } from 'vitest';
import { explainMoves } from '../../../shared/report/content/explain-moves.js';
import { featureSpread } from '../../../shared/report/content/feature-spread.js';

const features = (rows: number[][]) => ({
  names: ['trend', 'activity'],
  values: { data: Float64Array.from(rows.flat()), rows: rows.length, columns: 2 },
});

test('a flow is explained by what changed most for those who went, in standard deviations of all', () => {
  const before = {
    shopIds: ['A', 'B', 'C', 'gone'],
    segmentIds: ['S01', 'S01', 'S02', 'S01'],
    features: features([
      [0, 0.5],
      [2, 0.5],
      [4, 0.5],
      [9, 9],
    ]),
  };
  const now = {
    shopIds: ['A', 'B', 'C', 'new'],
    segmentIds: ['S02', 'S02', 'S02', null],
    features: features([
      [4, 0.5],
      [4, 1.5],
      [4, 0.5],
      [0, NaN],
    ]),
  };
  const spread = featureSpread(now.features);
  const [trendSd, activitySd] = spread.deviations;
  const [move, ...others] = explainMoves(before, now, spread, ['trend', 'activity']);
  expect(others).toEqual([]);
  expect(move).toMatchObject({ from: 'S01', to: 'S02', retailers: 2 });
  expect(move!.changes.map(({ feature }) => feature)).toEqual(['trend', 'activity']);
  expect(move!.changes[0]!.change).toBeCloseTo((4 + 2) / 2 / trendSd!, 12);
  expect(move!.changes[1]!.change).toBeCloseTo((0 + 1) / 2 / activitySd!, 12);
});
