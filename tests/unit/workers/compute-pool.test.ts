import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { usualSettings } from '../../../shared/clustering/density-settings.js';
import { configSchema } from '../../../shared/contracts/config.js';
import { withDuckDb } from '../../../shared/duckdb/with-duckdb.js';
import { type Matrix } from '../../../shared/numeric/matrix.js';
import { seededRandom } from '../../../shared/numeric/seeded-random.js';
import { createComputePool } from '../../../workers/compute-pool.js';
import { tempFolder } from '../../support/temp-folder.js';

const config = configSchema.parse({
  autoencoder: { coldEpochs: 100_000, patience: 100_000 },
  mixture: { minComponents: 6, maxComponents: 64 },
});

/** Heavy-tailed noise: what clusterings are slowest on. */
function noise(rows: number, columns: number): Matrix {
  const random = seededRandom(1, 'noise');
  return { rows, columns, data: Float64Array.from({ length: rows * columns }, () => random.normal() ** 3) };
}

const names = (count: number): string[] => Array.from({ length: count }, (_, i) => `f${i}`);
const pool = (): ReturnType<typeof createComputePool> => {
  const created = createComputePool(1);
  onTestFinished(() => created.close());
  return created;
};
type Options = Parameters<ReturnType<typeof createComputePool>['run']>[2];

const tasks: readonly [string, (options: Options) => Promise<unknown>][] = [
  [
    'training',
    (options) => {
      const input = noise(5000, 20);
      const shopIds = Array.from({ length: input.rows }, (_, i) => `R${i}`);
      return pool().run(
        'trainAutoencoder',
        {
          input,
          shopIds,
          featureNames: names(20),
          config: config.autoencoder,
          seed: 1,
          initial: undefined,
          checkpoint: undefined,
        },
        options,
      );
    },
  ],
  [
    'HDBSCAN in 29 dimensions on two threads',
    (options) =>
      pool().run(
        'clusterSpace',
        {
          points: noise(40_000, 29),
          settings: usualSettings(config.hdbscan),
          softAssignment: config.softAssignment,
          threads: 2,
        },
        options,
      ),
  ],
  [
    'the mixture',
    (options) =>
      pool().run(
        'clusterByMixture',
        {
          input: noise(40_000, 24),
          featureNames: names(24),
          config: config.mixture,
          seed: 1,
          previous: undefined,
        },
        options,
      ),
  ],
  [
    'DuckDB',
    async ({ signal, onProgress }) => {
      const scratch = await tempFolder();
      await withDuckDb(
        { memoryLimit: '200MB', threads: 2, scratch },
        (db) => {
          onProgress({ phase: 'query', done: 0, total: 1 });
          return db.rows('SELECT sum(sin(a.range * b.range)) AS s FROM range(1000000) a, range(100000) b');
        },
        signal,
      );
    },
  ],
];

/** CPU seconds that this process, threads included, spends while `milliseconds` pass. */
async function cpuSeconds(milliseconds: number): Promise<number> {
  const before = process.cpuUsage();
  await sleep(milliseconds);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

describe('an aborted computation', () => {
  test.each(tasks)('%s ends, and its threads compute nothing more', async (_name, start) => {
    const cancellation = new AbortController();
    let begin!: () => void;
    const begun = new Promise<string>((resolve) => (begin = () => resolve('begun')));
    const ended = start({ signal: cancellation.signal, onProgress: begin }).then(
      () => 'done',
      () => 'aborted',
    );
    // It must be at it before it can be stopped; a thread that is still loading the code is not.
    expect(await Promise.race([begun, ended])).toBe('begun');
    let busy = 0;
    while (busy < 0.3) busy += await cpuSeconds(200);
    cancellation.abort(new Error('cancelled'));
    expect(await ended).toBe('aborted');
    // A thread takes a moment to end, longer on a busy machine; one that goes on is busy in every second.
    let spent = Infinity;
    for (let second = 0; second < 4 && spent >= 0.3; second++) spent = await cpuSeconds(1000);
    expect(spent).toBeLessThan(0.3);
  });
});
