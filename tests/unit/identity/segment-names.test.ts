import { describe, expect, test } from 'vitest';
import { automaticNames, segmentNames } from '../../../shared/identity/segment-names.js';
import { featurePhrases } from '../../../shared/identity/feature-phrases.js';
import { segmentTraits } from '../../../shared/identity/segment-traits.js';
import { classicFeatures } from '../../../shared/features/classic-features.js';
import { shapeFeatures } from '../../../shared/features/shape-features.js';
import { zeros } from '../../../shared/numeric/matrix.js';

const months = Array.from({ length: 12 }, (_, m) => `season_${String(m + 1).padStart(2, '0')}`);
const names = ['log_volume', 'trend', 'log_breadth', ...months];

/** Four segments of ten retailers; the given values fill the rows of a segment, everything else is 0. */
function market(bySegment: Record<string, Record<string, number>>) {
  const ids = ['S01', 'S02', 'S03', 'S04'];
  const values = zeros(40, names.length);
  const segmentIds = Array.from({ length: 40 }, (_, i) => ids[Math.floor(i / 10)]!);
  segmentIds.forEach((id, i) => {
    for (const [feature, value] of Object.entries(bySegment[id] ?? {})) {
      values.data[i * names.length + names.indexOf(feature)] = value;
    }
  });
  return { values, segmentIds };
}

const summer = { season_06: 2, season_07: 2, season_08: 2 };
const { values, segmentIds } = market({
  S01: { ...summer, log_breadth: 1.4, trend: 0.2 },
  S02: { log_breadth: -0.1, trend: 0.3 },
  S03: { season_09: 1, season_10: 1, season_11: 1, log_volume: -3 },
});
const traits = segmentTraits({ names, values }, segmentIds);

describe('names', () => {
  const given = automaticNames(traits);

  test('say what sets a segment apart, strongest first', () => {
    expect(given.get('S01')).toMatch(/summer peak/);
    expect(given.get('S01')).toMatch(/broad range/);
    expect(given.get('S02')).toMatch(/^growing/);
    expect(given.get('S03')).toMatch(/small volume/);
    expect(given.get('S03')).toMatch(/autumn peak/);
  });

  test('are unique and the same on every call', () => {
    expect(new Set(given.values()).size).toBe(4);
    expect(automaticNames(segmentTraits({ names, values }, segmentIds))).toEqual(given);
  });

  test('hold three traits at most, where three tell apart', () => {
    for (const name of given.values()) expect(name.split(', ').length).toBeLessThanOrEqual(3);
  });
});

test('a window of months that is no season is named by its months', () => {
  const turned = market({ S01: { season_07: 2, season_08: 2, season_09: 2 } });
  const phrases = segmentTraits({ names, values: turned.values }, turned.segmentIds).get('S01')!;
  expect(phrases[0]).toMatchObject({ phrase: 'Jul–Sep peak', feature: 'season_07' });
});

test('a segment that nothing sets apart is typical, and equal ones are told apart by their ID', () => {
  const flat = market({});
  const given = automaticNames(segmentTraits({ names, values: flat.values }, flat.segmentIds));
  expect([...given.values()][0]).toMatch(/^typical/);
  expect(new Set(given.values()).size).toBe(4);
});

test('further traits tell two segments apart before their ID does', () => {
  const trait = (phrase: string, z: number) => ({ phrase, feature: phrase, z });
  const given = automaticNames(
    new Map([
      ['S01', [trait('growing', 2), trait('broad range', 0.3)]],
      ['S02', [trait('growing', 2), trait('narrow range', -0.3)]],
    ]),
  );
  expect([...given.values()]).toEqual(['growing', 'growing, narrow range']);
});

test('missing values are left out of the means', () => {
  const holed = values.data.map((value, at) =>
    at % names.length === 0 && at < 5 * names.length ? NaN : value,
  );
  const z = segmentTraits({ names, values: { ...values, data: holed } }, segmentIds).get('S01')!;
  for (const trait of z) expect(Number.isFinite(trait.z)).toBe(true);
  expect(z.find((trait) => trait.feature === 'log_volume')!.z).toBeGreaterThan(0.4);
});

test('only segments without a name get one, unlike the names of the living', () => {
  const growing = automaticNames(traits).get('S02')!;
  const registry = {
    version: 1 as const,
    next: 5,
    segments: [
      { id: 'S01', bornAsOf: '2017-10', name: growing },
      ...['S02', 'S03', 'S04'].map((id) => ({ id, bornAsOf: '2017-11' })),
    ],
  };
  const given = segmentNames({ segmentIds, featureNames: names, features: values, registry });
  expect([...given.keys()]).toEqual(['S02', 'S03', 'S04']);
  expect(given.get('S02')).not.toBe(growing);
});

test('every feature that is no calendar month has its phrases, and no phrase is for a feature that does not exist', () => {
  const known = [...classicFeatures, ...shapeFeatures]
    .map(({ name }) => name)
    .filter((name) => !/_\d\d$/.test(name));
  expect([...featurePhrases.keys()].sort()).toEqual([...new Set(known)].sort());
});
