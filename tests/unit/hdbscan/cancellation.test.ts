import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { fitHdbscan } from '../../../shared/clustering/hdbscan/index.js';
import { type Progress } from '../../../shared/progress.js';
import { createComputePool } from '../../../workers/compute-pool.js';
import { usualSettings } from '../../../shared/clustering/density-settings.js';
import { configSchema } from '../../../shared/contracts/config.js';
import { blobs } from './point-sets.js';

const options = { minClusterSize: 20, minSamples: 5 };
const phases = ['kd-tree', 'core distances', 'spanning tree', 'clusters'];

test('phases are reported in their order, each to its end and never going back', async () => {
  const seen: Progress[] = [];
  await fitHdbscan(blobs(41, 30_000, 3), {
    ...options,
    threads: 2,
    onProgress: (progress) => seen.push(progress),
  });
  expect([...new Set(seen.map(({ phase }) => phase))]).toEqual(phases);
  for (const phase of phases) {
    const own = seen.filter((progress) => progress.phase === phase);
    expect(own.at(-1)!.done).toBe(own.at(-1)!.total);
    own.forEach(({ done }, at) => expect(done).toBeGreaterThanOrEqual(own[at - 1]?.done ?? 0));
  }
});

describe('a fit that is cancelled stops with the reason given, in whichever phase it is', () => {
  test.each(phases.flatMap((phase) => [1, 2].map((threads) => ({ phase, threads }))))(
    '$phase, threads $threads',
    async ({ phase, threads }) => {
      const cancel = new AbortController();
      const reason = new Error('no longer wanted');
      const seen: string[] = [];
      const fit = fitHdbscan(blobs(42, 60_000, 3), {
        ...options,
        threads,
        signal: cancel.signal,
        onProgress: (progress) => {
          seen.push(progress.phase);
          if (progress.phase === phase) cancel.abort(reason);
        },
      });
      await expect(fit).rejects.toBe(reason);
      expect(phases.slice(phases.indexOf(phase) + 1).filter((later) => seen.includes(later))).toEqual([]);
    },
  );

  test('a signal that has aborted already is heard before anything is done', async () => {
    const seen: string[] = [];
    const fit = fitHdbscan(blobs(42, 100, 3), {
      ...options,
      signal: AbortSignal.abort(new Error('too late')),
      onProgress: ({ phase }) => seen.push(phase),
    });
    await expect(fit).rejects.toThrow('too late');
    expect(seen).toEqual([]);
  });
});

test('while a fit computes, the event loop of its thread goes round', async () => {
  let rounds = 0;
  let done = false;
  const fit = fitHdbscan(blobs(43, 40_000, 8), options).finally(() => (done = true));
  while (!done) {
    await nextTurn();
    rounds++;
  }
  await fit;
  // A pause comes after every 50 ms of work.
  expect(rounds).toBeGreaterThan(5);
});

test('on the compute threads an abort ends a fit and its own threads, and the next task finds the pool well', async () => {
  const pool = createComputePool(1);
  try {
    const cancel = new AbortController();
    const settings = usualSettings(configSchema.parse({}).hdbscan);
    const request = { settings, softAssignment: undefined, threads: 2 };
    const long = pool.run(
      'clusterSpace',
      { ...request, points: blobs(44, 60_000, 8) },
      {
        signal: cancel.signal,
        onProgress: ({ phase }) => {
          if (phase === 'core distances') cancel.abort();
        },
      },
    );
    await expect(long).rejects.toMatchObject({ name: 'AbortError' });
    const seen: string[] = [];
    const next = await pool.run(
      'clusterSpace',
      { ...request, points: blobs(45, 500, 3) },
      { signal: new AbortController().signal, onProgress: ({ phase }) => seen.push(phase) },
    );
    expect(next.labels).toHaveLength(500);
    expect(next.outlierScores).toHaveLength(500);
    expect(seen).toContain('clusters');
  } finally {
    await pool.close();
  }
});
