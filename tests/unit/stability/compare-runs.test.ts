import { describe, expect, test } from 'vitest';
import { configSchema } from '../../../shared/contracts/config.js';
import { compareRuns, type ComparedRun } from '../../../shared/stability/compare-runs.js';
import { comparisonSchema } from '../../../shared/stability/comparison-schema.js';
import { judgeGate } from '../../../shared/stability/gate.js';
import { type GateRule } from '../../../shared/stability/gate-reason.js';

const config = configSchema.parse({}).gate;

/** A run from a string a retailer: "a1" is retailer a in segment S01, "a-" noise. */
function runOf(asOf: string, text: string, change: Partial<ComparedRun> = {}): ComparedRun {
  const retailers = text.split(' ');
  const segmentIds = retailers.map((retailer) => (retailer[1] === '-' ? null : `S0${retailer[1]!}`));
  const sizes = new Map<string, number>();
  for (const id of segmentIds) if (id !== null) sizes.set(id, (sizes.get(id) ?? 0) + 1);
  const clustered = segmentIds.filter((id) => id !== null).length;
  const segments = {
    clusters: sizes.size,
    noise: 1 - clustered / retailers.length,
    largestShare: clustered === 0 ? 0 : Math.max(...sizes.values()) / clustered,
    effectiveClusters: sizes.size,
  };
  const none = { latent: null, mixture: null, raw: null, controls: { pca: null, untrained: null } };
  return {
    asOf,
    method: 'mixture',
    shopIds: retailers.map((retailer) => retailer[0]!),
    segmentIds,
    structure: { segments, ...none },
    ...change,
  };
}

const before = runOf('2017-11', 'a1 b1 c1 d1 e2 f2 g2 h2 i- j1');
const now = runOf('2017-12', 'a1 b1 c1 d2 e2 f2 g2 h- i- k2');

describe('comparing two runs', () => {
  const comparison = compareRuns({ previous: before, current: now });

  test('counts who is in both, who joined and who left', () => {
    expect(comparison.retailers).toEqual({ common: 9, joined: 1, left: 1 });
  });

  test('counts who kept the segment, moved, or fell into noise, of those who were in one and are still there', () => {
    expect(comparison.kept).toEqual({
      retailers: 8,
      same: 6,
      moved: 1,
      toNoise: 1,
      share: 6 / 8,
      shareWithoutNoise: 6 / 7,
    });
  });

  test('compares each segment with itself on common retailers', () => {
    expect(comparison.segments).toEqual([
      {
        segmentId: 'S01',
        before: 5,
        now: 3,
        kept: 3,
        shareKept: 3 / 4,
        jaccard: 3 / 4,
        bootstrapJaccard: null,
        reading: null,
      },
      {
        segmentId: 'S02',
        before: 4,
        now: 5,
        kept: 3,
        shareKept: 3 / 4,
        jaccard: 3 / 5,
        bootstrapJaccard: null,
        reading: null,
      },
    ]);
  });

  test('lists every flow, noise and absence included, with shares of both ends', () => {
    expect(comparison.matrix.map(({ from, to, retailers }) => `${from}>${to}:${retailers}`)).toEqual([
      'S01>S01:3',
      'S01>S02:1',
      'S01>absent:1',
      'S02>S02:3',
      'S02>noise:1',
      'noise>noise:1',
      'absent>S02:1',
    ]);
    expect(comparison.matrix[0]).toMatchObject({ shareOfFrom: 3 / 5, shareOfTo: 1 });
  });

  test('fits its own schema, and survives JSON', () => {
    expect(comparisonSchema.parse(JSON.parse(JSON.stringify(comparison)))).toEqual(comparison);
  });

  test('does not depend on the order of the retailers', () => {
    const reversed = {
      ...now,
      shopIds: [...now.shopIds].reverse(),
      segmentIds: [...now.segmentIds].reverse(),
    };
    expect(compareRuns({ previous: before, current: reversed })).toEqual(comparison);
  });

  test('carries bootstrap Jaccards with their reading', () => {
    const { segments } = compareRuns({
      previous: before,
      current: now,
      bootstrapJaccard: new Map([['S01', 0.8]]),
    });
    expect(segments.map(({ bootstrapJaccard, reading }) => [bootstrapJaccard, reading])).toEqual([
      [0.8, 'stable'],
      [null, null],
    ]);
  });
});

describe('a first run', () => {
  test('has a comparison without a previous run that fits the schema', () => {
    const comparison = compareRuns({ current: now });
    expect(comparison).toMatchObject({ previous: null, matrix: [], transitions: [], kept: { share: null } });
    expect(comparisonSchema.parse(comparison)).toEqual(comparison);
  });

  test('is first where its structure is sound, with or without a comparison', () => {
    expect(judgeGate(undefined, now.structure.segments, config).verdict).toBe('first');
    expect(judgeGate(compareRuns({ current: now }), now.structure.segments, config).verdict).toBe('first');
  });

  test.each([
    [
      'no clusters at all',
      { clusters: 0, noise: 1, largestShare: 0, effectiveClusters: 0 },
      ['clusters', 'noise'],
    ],
    [
      'a single cluster',
      { clusters: 1, noise: 0, largestShare: 1, effectiveClusters: 1 },
      ['clusters', 'largest-share'],
    ],
    ['mostly noise', { clusters: 4, noise: 0.9, largestShare: 0.3, effectiveClusters: 3.9 }, ['noise']],
    [
      'one giant cluster',
      { clusters: 4, noise: 0.1, largestShare: 0.99, effectiveClusters: 1.1 },
      ['largest-share'],
    ],
  ])('is held with %s', (_, metrics, rules) => {
    const { verdict, reasons } = judgeGate(undefined, metrics, config);
    expect(verdict).toBe('held');
    expect(reasons.filter(({ passed }) => !passed).map(({ rule }) => rule)).toEqual(rules);
  });

  test('is held where its as-of month is incomplete, with a reason that names the data', () => {
    const comparison = compareRuns({ current: now, month: { rows: 50, expected: 100, ratio: 0.5 } });
    const { verdict, reasons } = judgeGate(comparison, now.structure.segments, config);
    expect(verdict).toBe('held');
    expect(reasons.find(({ passed }) => !passed)?.sentence).toMatch(
      /^The data of 2017-12 look incomplete: 50 sales rows/,
    );
  });
});

describe('the gate between two runs', () => {
  const same = runOf('2017-12', 'a1 b1 c1 d1 e2 f2 g2 h2 i- j1');
  const failed = (
    current: ComparedRun,
    extra: Parameters<typeof compareRuns>[0] | object = {},
    previous = before,
  ): GateRule[] => {
    const comparison = compareRuns({ previous, current, ...extra });
    const { verdict, reasons } = judgeGate(comparison, current.structure.segments, config);
    const rules = reasons.filter(({ passed }) => !passed).map(({ rule }) => rule);
    expect(verdict).toBe(rules.length === 0 ? 'published' : 'held');
    for (const { sentence } of reasons) expect(sentence).toMatch(/^[A-Z0-9].*\.$/);
    return rules;
  };

  test('publishes a run in which everybody stays', () => {
    expect(failed(same)).toEqual([]);
  });

  test('holds a run in which most move', () => {
    expect(failed(runOf('2017-12', 'a2 b2 c1 d1 e1 f1 g2 h2 i- j1'))).toEqual([
      'adjusted-rand-index',
      'share-kept',
      'segment-jaccard',
    ]);
  });

  const structureTest = (verdict: 'density structure' | 'continuum' | 'none') => ({
    verdict,
    sentence: 'Evidence.',
    observed: { clusters: 0, noise: 1, relativeValidity: 0 },
    null: { draws: 3, clusters: 0, noise: 1, relativeValidity: -1 },
    stability: { hdbscan: null, mixture: 0.7 },
    mixtureGain: 1,
    jaccard: { hdbscan: [], mixture: [] },
    retailers: 10,
    resamples: 10,
  });

  test('holds clusters of HDBSCAN where there is no density structure, and anything where there is no structure', () => {
    expect(failed(same, { structureTest: structureTest('continuum') })).toEqual([]);
    expect(failed(same, { structureTest: structureTest('none') })).toEqual(['structure']);
    const dense = { ...same, method: 'hdbscan' as const };
    const before2 = { ...before, method: 'hdbscan' as const };
    expect(failed(dense, { structureTest: structureTest('continuum') }, before2)).toEqual(['structure']);
    expect(failed(dense, { structureTest: structureTest('density structure') }, before2)).toEqual([]);
  });

  test('gives the evidence of structure, and speaks of HDBSCAN only where its clusters are held', () => {
    const said = (
      method: 'hdbscan' | 'mixture',
      verdict: 'density structure' | 'none',
    ): string | undefined => {
      const current = { ...same, method };
      const comparison = compareRuns({ current, structureTest: structureTest(verdict) });
      const { reasons } = judgeGate(comparison, current.structure.segments, config);
      return reasons.find(({ rule }) => rule === 'structure')?.sentence;
    };
    expect(said('mixture', 'none')).toBe('Evidence.');
    expect(said('hdbscan', 'none')).toBe('Evidence. Clusters of HDBSCAN are not published on that.');
    expect(said('hdbscan', 'density structure')).toBe('Evidence.');
  });

  test('holds a run with a segment that resamples do not find again, naming it', () => {
    const jaccard = new Map([
      ['S01', 0.9],
      ['S02', 0.4],
    ]);
    expect(failed(same, { bootstrapJaccard: jaccard })).toEqual(['bootstrap-jaccard']);
  });

  test('holds a silent change of method', () => {
    expect(failed({ ...same, method: 'hdbscan' })).toEqual(['method']);
  });

  test('holds a run without a common retailer, saying that agreement could not be measured', () => {
    const rules = failed(runOf('2017-12', 'p1 q1 r2 s2'));
    expect(rules).toEqual(['common-retailers', 'adjusted-rand-index', 'share-kept', 'segment-jaccard']);
  });

  test('holds a run whose number of segments jumps', () => {
    expect(failed(runOf('2017-12', 'a1 b1 c1 d1 e2 f2 g2 h2 i5 j1 u6 v7'))).toEqual(['segment-count']);
  });

  test('holds shifted data, naming the feature, and a model that no longer describes the retailers', () => {
    const features = (mean: number) => ({
      names: ['trend'],
      values: { data: Float64Array.from({ length: 10 }, (_, i) => mean + i), rows: 10, columns: 1 },
    });
    const shifted = { ...same, features: features(50) };
    expect(failed(shifted, {}, { ...before, features: features(0) })).toEqual(['feature-drift']);
    expect(failed(same, { reconstruction: { before: 1, now: 2, ratio: 2 } })).toEqual([
      'reconstruction-drift',
    ]);
    expect(failed(same, { month: { rows: 50, expected: 100, ratio: 0.5 } })).toEqual(['month-volume']);
  });

  test('lets drift pass that the previous model, unchanged, does not feel, and holds what it does', () => {
    const features = (mean: number) => ({
      names: ['trend'],
      values: { data: Float64Array.from({ length: 10 }, (_, i) => mean + i), rows: 10, columns: 1 },
    });
    const attribution = (data: number) => ({
      retailers: 10,
      total: data,
      data,
      representation: 0,
      clustering: 0,
      model: 0,
      cause: 'data' as const,
    });
    const shifted = { ...same, features: features(50) };
    const earlier = { ...before, features: features(0) };
    const reconstruction = { before: 1, now: 2, ratio: 2 };
    expect(failed(shifted, { reconstruction, attribution: attribution(0.05) }, earlier)).toEqual([]);
    expect(failed(shifted, { reconstruction, attribution: attribution(0.2) }, earlier)).toEqual([
      'feature-drift',
      'reconstruction-drift',
    ]);
  });

  test('holds a leap of the level even where segments do not feel it, as when units change', () => {
    const features = (mean: number) => ({
      names: ['log_volume'],
      values: { data: Float64Array.from({ length: 10 }, (_, i) => mean + i), rows: 10, columns: 1 },
    });
    const attribution = {
      retailers: 10,
      total: 0,
      data: 0,
      representation: 0,
      clustering: 0,
      model: 0,
      cause: 'none' as const,
    };
    expect(
      failed({ ...same, features: features(50) }, { attribution }, { ...before, features: features(0) }),
    ).toEqual(['feature-drift']);
  });

  test('does not take a calendar month seen for the first time for drift', () => {
    const features = (values: number[]) => ({
      names: ['season_11'],
      values: { data: Float64Array.from(values), rows: values.length, columns: 1 },
    });
    const zero = new Array<number>(10).fill(0);
    const november = Array.from({ length: 10 }, (_, i) => 0.1 * i);
    expect(
      failed({ ...same, features: features(november) }, {}, { ...before, features: features(zero) }),
    ).toEqual([]);
  });
});
