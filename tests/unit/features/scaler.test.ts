import { describe, expect, it } from 'vitest';
import { featureNames } from '../../../shared/features/definitions.js';
import { parseScaler, serialiseScaler } from '../../../shared/features/scaler-file.js';
import { applyScaler, fitScaler } from '../../../shared/features/scaler.js';
import { type Table } from '../../../shared/tabular/column.js';

const names = [...featureNames('classic'), ...featureNames('shape')];

/** A table in which every feature is `usual`, except where said otherwise. */
function table(values: Record<string, readonly number[]>, usual: readonly number[] = [1, 2, 3, 4, 5]): Table {
  return {
    rows: usual.length,
    columns: names.map((name) => ({
      name,
      type: 'double',
      values: Float64Array.from(values[name] ?? usual),
    })),
  };
}

/** The scaled column of one shape feature. */
function scaled(values: Record<string, readonly number[]>, name: string): number[] {
  const fitted = table(values);
  const scaler = fitScaler(fitted, { clip: 3 });
  const { matrix, names: columns } = applyScaler(scaler, fitted, 'shape');
  const at = columns.indexOf(name);
  return Array.from({ length: matrix.rows }, (_, row) => matrix.data[row * matrix.columns + at]!);
}

describe('scaling', () => {
  it('takes the median away and divides by the interquartile range', () => {
    expect(scaled({ trend: [5, 1, 2, 4, 3] }, 'trend')).toEqual([1, -1, -0.5, 0.5, 0]);
  });

  it('clips to ± 3, infinity included', () => {
    expect(scaled({ trend: [1, 2, 3, 100, -100] }, 'trend').slice(3)).toEqual([3, -3]);
  });

  it('gives a missing value the median, and counts it', () => {
    const values = { trend: [NaN, 1, 2, 3, NaN], qty_yoy: [1, NaN, 2, 3, 4] };
    expect(scaled(values, 'trend')).toEqual([0, -1, 0, 1, 0]);
    const fitted = fitScaler(table(values), { clip: 3 });
    expect(fitted.sets.shape.find(({ name }) => name === 'trend')).toMatchObject({ centre: 2, missing: 2 });
    expect(applyScaler(fitted, table(values), 'shape').missing).toEqual({ trend: 2 });
    expect(applyScaler(fitted, table(values), 'classic').missing).toEqual({ qty_yoy: 1 });
  });

  it('leaves out a column that nobody has, and says so', () => {
    const values = { qty_yoy: [NaN, NaN, NaN, NaN, NaN] };
    const scaler = fitScaler(table(values), { clip: 3 });
    expect(scaler.leftOut).toEqual(['qty_yoy']);
    const { matrix, names: columns } = applyScaler(scaler, table(values), 'classic');
    expect(columns).toEqual(featureNames('classic').filter((name) => name !== 'qty_yoy'));
    expect([matrix.rows, matrix.columns]).toEqual([5, 28]);
  });

  it('falls back on the standard deviation where half of the values are equal', () => {
    const spread = fitScaler(table({ trend: [2, 2, 2, 2, 7] }), { clip: 3 }).sets.shape.find(
      ({ name }) => name === 'trend',
    )!;
    expect([spread.spread, spread.centre]).toEqual(['sd', 2]);
    expect(spread.scale).toBeCloseTo(Math.sqrt(5), 12);
  });

  it('makes a constant column zeros', () => {
    expect(scaled({ trend: [0.1, 0.1, 0.1, 0.1, 0.1] }, 'trend')).toEqual([0, 0, 0, 0, 0]);
  });

  it('does not depend on the order of retailers', () => {
    const values = [0.1, 0.7, 1e6, -3, 0.30000000000000004];
    const forward = fitScaler(table({}, values), { clip: 3 });
    expect(fitScaler(table({}, [...values].reverse()), { clip: 3 })).toEqual(forward);
  });

  it('scales other retailers with the scaler of these', () => {
    const scaler = fitScaler(table({}), { clip: 3 });
    const { matrix } = applyScaler(scaler, table({}, [3, 4]), 'shape');
    expect([matrix.data[0], matrix.data[19]]).toEqual([0, 0.5]);
  });

  it('refuses a set of which nothing is left', () => {
    const nothing = table({}, [NaN, NaN]);
    expect(() => applyScaler(fitScaler(nothing, { clip: 3 }), nothing, 'shape')).toThrow(
      'every shape feature is missing for every retailer',
    );
  });
});

describe('scaler.json', () => {
  const scaler = fitScaler(
    table({ qty_yoy: [NaN, NaN, NaN, NaN, NaN], trend: [0.1, 0.2, 1 / 3, 1e-17, 5] }),
    { clip: 2.5 },
  );
  const text = serialiseScaler(scaler);
  const edited = (edit: (file: Record<string, unknown>) => void): string => {
    const file = JSON.parse(text) as Record<string, unknown>;
    edit(file);
    return JSON.stringify(file);
  };

  it('reads back the very same numbers', () => {
    expect(parseScaler(text)).toEqual(scaler);
    expect(serialiseScaler(parseScaler(text))).toBe(text);
  });

  it.each([
    [
      'another version',
      edited((file) => (file['version'] = 2)),
      'ArtifactVersion',
      'found version 2; expected 1',
    ],
    ['no JSON', '{', 'ArtifactCorrupt', 'it is not JSON'],
    ['a missing field', edited((file) => delete file['clip']), 'ArtifactCorrupt', 'clip: found nothing'],
    [
      'a scale of 0',
      edited((file) => ((file['sets'] as { shape: { scale: number }[] }).shape[0]!.scale = 0)),
      'ArtifactCorrupt',
      'sets.shape.0.scale: found 0',
    ],
    [
      'features in another order',
      edited((file) => (file['sets'] as { shape: unknown[] }).shape.reverse()),
      'ArtifactVersion',
      'shape features are breadth_cv',
    ],
  ])('refuses %s', (_, broken, code, words) => {
    expect(() => parseScaler(broken)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(words) as string }),
    );
  });
});
