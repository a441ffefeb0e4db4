import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { explainRetailer, type ExplainRequest } from '../../../shared/explain/explain-retailer.js';
import { featureValue } from '../../../shared/explain/feature-value.js';
import { type Matrix } from '../../../shared/numeric/matrix.js';
import { seededRandom } from '../../../shared/numeric/seeded-random.js';

/** Two segments, told apart by the first feature alone: the further right, the likelier S02. */
const posterior = ({ data, rows, columns }: Matrix): Matrix => ({
  data: Float64Array.from({ length: rows * 2 }, (_, at) => {
    const right = 1 / (1 + Math.exp(-4 * data[Math.floor(at / 2) * columns]!));
    return at % 2 === 0 ? 1 - right : right;
  }),
  rows,
  columns: 2,
});

const rows = 200;
function request(own: readonly [number, number]): ExplainRequest {
  const random = seededRandom(5, 'explain');
  const data = new Float64Array(rows * 2);
  const segmentIds: (string | null)[] = [];
  for (let i = 0; i < rows; i++) {
    const side = i % 2 === 0 ? -1 : 1;
    data[2 * i] = Math.max(-3, Math.min(3, side + 0.3 * random.normal()));
    data[2 * i + 1] = random.normal();
    segmentIds.push(side < 0 ? 'S01' : 'S02');
  }
  data.set(own, 0);
  segmentIds[0] = own[0] < 0 ? 'S01' : 'S02';
  const scale = (name: string, centre: number, spread: number) =>
    ({ name, centre, scale: spread, spread: 'iqr', missing: 0 }) as const;
  return {
    scaled: { data, rows, columns: 2 },
    scales: [scale('trend', 10, 2), scale('activity', 0, 1)],
    segmentIds,
    row: 0,
    segmentOfCluster: ['S01', 'S02'],
    posterior,
    moveMargin: 0.6,
  };
}

describe('why a retailer is where it is', () => {
  test('probabilities are those of the model, likeliest first; values are in the units of the features', () => {
    const explained = explainRetailer(request([-1, 0.5]));
    expect(explained.segmentId).toBe('S01');
    expect(explained.probabilities.map(({ segmentId }) => segmentId)).toEqual(['S01', 'S02']);
    expect(explained.probabilities[1]!.probability).toBeCloseTo(1 / (1 + Math.exp(4)), 12);
    const trend = explained.traits.find(({ feature }) => feature === 'trend')!;
    expect(trend.value).toBe(-1 * 2 + 10);
    expect(trend.segmentMean!).toBeCloseTo(8, 0);
    expect(trend.overallMean).toBeCloseTo(10, 0);
  });

  test('what moves it is only the feature that segments are told apart by', () => {
    const { moves, together } = explainRetailer(request([-1, 0.5]));
    expect(moves.map(({ feature, segmentId }) => [feature, segmentId])).toEqual([['trend', 'S02']]);
    expect(together!.segmentId).toBe('S02');
    expect(together!.changes[0]!.feature).toBe('trend');
  });

  test('a change that is named moves the retailer when it is made, and one a little smaller does not', () => {
    fc.assert(
      fc.property(fc.double({ min: -2.5, max: 2.5, noNaN: true }), (x) => {
        fc.pre(Math.abs(x) > 0.2);
        const asked = request([x, 0]);
        const [move] = explainRetailer(asked).moves;
        const probability = (value: number): number => {
          const { data } = posterior({ data: Float64Array.of((value - 10) / 2, 0), rows: 1, columns: 2 });
          return data[move!.segmentId === 'S02' ? 1 : 0]!;
        };
        expect(probability(move!.to)).toBeGreaterThanOrEqual(asked.moveMargin);
        expect(move!.probability).toBeCloseTo(probability(move!.to), 9);
        // A grid of 120 steps over at most 6 scaled units, 2 natural units each.
        const gridStep = (6 / 120) * 2;
        const shorter = move!.to - Math.sign(move!.to - move!.from) * 1.01 * gridStep;
        expect(probability(shorter)).toBeLessThan(asked.moveMargin);
      }),
    );
  });

  test('a retailer without a segment has no segment means, and may be moved into any', () => {
    const asked = request([0, 0]);
    const segmentIds = [null, ...asked.segmentIds.slice(1)];
    const explained = explainRetailer({ ...asked, segmentIds });
    expect(explained.segmentId).toBeNull();
    expect(explained.traits.every(({ segmentMean }) => segmentMean === null)).toBe(true);
    expect(explained.moves[0]!.feature).toBe('trend');
  });

  test('with one segment there is nowhere to go', () => {
    const asked = request([-1, 0]);
    const one = (matrix: Matrix): Matrix => ({
      data: new Float64Array(matrix.rows).fill(1),
      rows: matrix.rows,
      columns: 1,
    });
    const explained = explainRetailer({ ...asked, segmentOfCluster: ['S01'], posterior: one });
    expect(explained).toMatchObject({ moves: [], together: null });
  });
});

test('values are said in units that people count in', () => {
  expect(featureValue('log_volume', Math.log1p(66))).toBe('66.0 units a month');
  expect(featureValue('season_12', Math.log(1.5))).toBe('+50% against its own mean');
  expect(featureValue('activity', 0.9)).toBe('90% of months');
});
