import { describe, expect, test } from 'vitest';
import {
  bootstrapJaccard,
  resampleJaccard,
  resampleRows,
} from '../../../shared/stability/bootstrap-jaccard.js';
import { readJaccard } from '../../../shared/stability/jaccard.js';
import { keptAfterMatching } from '../../../shared/stability/kept-after-matching.js';
import {
  type ResampledStability,
  resampledStability,
} from '../../../shared/stability/resampled-stability.js';

const labels = Int32Array.from({ length: 120 }, (_, i) => (i < 60 ? 0 : i < 110 ? 1 : -1));

describe('resampling', () => {
  test('a bootstrap draws as many rows with replacement, a half half of them without', () => {
    const bootstrap = resampleRows(100, 'bootstrap', 1, 0);
    expect(bootstrap.length).toBe(100);
    expect(new Set(bootstrap).size).toBeLessThan(100);
    const half = resampleRows(100, 'half', 1, 0);
    expect(new Set(half).size).toBe(50);
    expect([...half]).toEqual([...half].sort((a, b) => a - b));
  });

  test('each resample has its own rows, the same on every call', () => {
    expect(resampleRows(100, 'half', 1, 0)).toEqual(resampleRows(100, 'half', 1, 0));
    expect(resampleRows(100, 'half', 1, 0)).not.toEqual(resampleRows(100, 'half', 1, 1));
    expect(resampleRows(100, 'half', 1, 0)).not.toEqual(resampleRows(100, 'half', 2, 0));
  });
});

describe('bootstrap Jaccard', () => {
  test('is 1 for clusters that every resample finds again, whatever their numbers', async () => {
    const refit = (rows: Int32Array): Int32Array => rows.map((i) => (labels[i]! < 0 ? -1 : 5 - labels[i]!));
    const result = await bootstrapJaccard({ labels, clusters: 2, resamples: 5, seed: 3, refit });
    expect([...result.mean]).toEqual([1, 1]);
    expect([...result.dissolved]).toEqual([0, 0]);
    expect(result.resamples).toBe(5);
  });

  test('counts a cluster that becomes noise as dissolved, not as matched by noise', async () => {
    const refit = (rows: Int32Array): Int32Array => rows.map((i) => (labels[i] === 0 ? 0 : -1));
    const { mean, dissolved } = await bootstrapJaccard({ labels, clusters: 2, resamples: 4, seed: 3, refit });
    expect([...mean]).toEqual([1, 0]);
    expect([...dissolved]).toEqual([0, 1]);
  });

  test('counts distinct rows: a row drawn twice weighs once', () => {
    const rows = Int32Array.of(0, 0, 0, 1, 2, 3);
    // Cluster {0, 1, 2}; found {0, 3}: one of four distinct rows shared.
    const own = Int32Array.of(0, 0, 0, -1);
    expect(resampleJaccard(own, 1, rows, Int32Array.of(0, 0, 0, -1, -1, 0))[0]).toBe(1 / 4);
  });

  test('ends early on a signal and says how many resamples it did', async () => {
    const signal = { aborted: false };
    const refit = (rows: Int32Array, resample: number): Int32Array => {
      signal.aborted = resample === 2;
      return rows.map((i) => labels[i]!);
    };
    const result = await bootstrapJaccard({ labels, clusters: 2, resamples: 50, seed: 1, refit, signal });
    expect(result.resamples).toBe(3);
    expect([...result.mean]).toEqual([1, 1]);
  });

  test.each([
    [0.9, 'highly stable'],
    [0.85, 'highly stable'],
    [0.75, 'stable'],
    [0.6, 'doubtful'],
    [0.59, 'dissolved'],
  ])('%d reads as %s', (value, reading) => expect(readJaccard(value)).toBe(reading));
});

describe('stability on halves', () => {
  const measure = (refit: (rows: Int32Array) => Int32Array): Promise<ResampledStability> =>
    resampledStability({ labels, resamples: 3, seed: 1, refit });

  test('is 1, and the entropy, for a method that finds the same groups; about 0, and less than nothing, for one that answers at random', async () => {
    const same = await measure((rows) => rows.map((i) => labels[i]! + 1));
    expect(same.adjustedRandIndex).toBeCloseTo(1, 12);
    expect(same.information).toBeGreaterThan(0.8);
    const random = await measure((rows) => rows.map((_, at) => at % 3));
    expect(Math.abs(random.adjustedRandIndex)).toBeLessThan(0.05);
    expect(random.information).toBeLessThan(-0.5);
  });
});

describe('share kept after matching', () => {
  const clustered = (...labels: number[]) => ({
    shopIds: labels.map((_, i) => `r${i}`),
    labels: Int32Array.from(labels),
  });

  test('is 1 for renumbered clusters', () => {
    expect(keptAfterMatching(clustered(0, 0, 1, 2), clustered(5, 5, 0, 3))).toBe(1);
  });

  test('loses movers and what falls into noise, and ignores what was noise before', () => {
    expect(keptAfterMatching(clustered(0, 0, 0, 1, 1, -1), clustered(1, 1, 0, 0, -1, 0))).toBe(3 / 5);
  });

  test('takes the matching that keeps most, even where another cluster shares more with one of them', () => {
    expect(
      keptAfterMatching(clustered(0, 0, 0, 0, 0, 1, 1, 1, 1), clustered(0, 0, 0, 1, 1, 0, 0, 0, 0)),
    ).toBe(6 / 9);
  });

  test('counts only retailers of both runs, and is null without one that was clustered', () => {
    const now = { shopIds: ['r1', 'new'], labels: Int32Array.of(0, 0) };
    expect(keptAfterMatching(clustered(0, 1, -1), now)).toBe(1);
    expect(keptAfterMatching(clustered(-1, -1), clustered(0, 0))).toBeNull();
  });
});
