import { describe, expect, test } from 'vitest';
import {
  type IndexEntry,
  latestPublishedBefore,
  listRuns,
  moveChampion,
  readChampion,
  recordRun,
} from '../../../shared/artifacts/run-index.js';
import { memoryStore } from './memory-store.js';

function entry(runId: string, asOf: string, more: Partial<IndexEntry> = {}): IndexEntry {
  return {
    runId,
    asOf,
    verdict: 'published',
    published: true,
    finishedAt: 1000,
    manifest: {
      uri: `s3://memory/store/runs/${runId}/manifest.json`,
      sha256: 'a'.repeat(64),
      bytes: 1,
      rows: 0,
    },
    metrics: { segments: 5, noise: 0.1, largestShare: 0.3, shareKept: 0.95 },
    ...more,
  };
}

describe('run index', () => {
  test('lists runs by month, then by when they finished; a run recorded twice is there once', async () => {
    const { store } = memoryStore();
    const runs = [
      entry('b', '2017-12', { finishedAt: 5 }),
      entry('a', '2017-11'),
      entry('c', '2017-12', { finishedAt: 2 }),
    ];
    for (const run of [...runs, ...runs]) await recordRun(store, run);
    expect((await listRuns(store)).map(({ runId }) => runId)).toEqual(['a', 'c', 'b']);
  });

  test('sixteen runs of one month recorded at once are all there', async () => {
    const { store } = memoryStore();
    const ids = Array.from({ length: 16 }, (_, i) => `run-${String(i).padStart(2, '0')}`);
    await Promise.all(ids.map((id) => recordRun(store, entry(id, '2017-12'))));
    expect((await listRuns(store)).map(({ runId }) => runId)).toEqual(ids);
  });

  test('the latest published run before a month passes over held runs and the month itself', async () => {
    const { store } = memoryStore();
    await recordRun(store, entry('old', '2017-09', { verdict: 'first' }));
    await recordRun(store, entry('new', '2017-10', { finishedAt: 1 }));
    await recordRun(store, entry('newer', '2017-10', { finishedAt: 2 }));
    await recordRun(store, entry('held', '2017-11', { verdict: 'held', published: false }));
    await recordRun(store, entry('same', '2017-12'));
    expect((await latestPublishedBefore(store, '2017-12'))?.runId).toBe('newer');
    expect((await latestPublishedBefore(store, '2017-10'))?.runId).toBe('old');
    expect(await latestPublishedBefore(store, '2017-09')).toBeUndefined();
  });

  test('the champion moves to later months and never back; moved twice, it is written once', async () => {
    const { store } = memoryStore();
    expect(await readChampion(store)).toBeUndefined();
    expect(await moveChampion(store, entry('nov', '2017-11'))).toBe(true);
    expect(await moveChampion(store, entry('dec', '2017-12'))).toBe(true);
    expect(await moveChampion(store, entry('late-nov', '2017-11', { finishedAt: 9999 }))).toBe(false);
    expect(await readChampion(store)).toEqual(entry('dec', '2017-12'));
  });

  test('whatever the order of publishers, the same one ends as champion, and all others are told no', async () => {
    const runs = [
      entry('a', '2017-12'),
      entry('b', '2017-12'),
      entry('c', '2017-11'),
      entry('d', '2017-12', { finishedAt: 1 }),
    ];
    for (let turn = 0; turn < runs.length; turn++) {
      const { store } = memoryStore();
      const order = [...runs.slice(turn), ...runs.slice(0, turn)];
      await Promise.all(order.map((run) => moveChampion(store, run)));
      expect((await readChampion(store))?.runId).toBe('b');
      // A retry of the losers changes nothing.
      const again = await Promise.all(order.map((run) => moveChampion(store, run)));
      expect(order.filter((_, i) => again[i]).map(({ runId }) => runId)).toEqual(['b']);
    }
  });

  test('a store in which somebody is always faster gives ChampionConflict', async () => {
    const { store } = memoryStore();
    const losing = { ...store, swap: () => Promise.resolve(false) };
    await expect(moveChampion(losing, entry('a', '2017-12'))).rejects.toMatchObject({
      code: 'ChampionConflict',
      retryable: true,
    });
  });

  test.each([
    ['no JSON', '{'],
    ['another shape', '{"version":1,"champion":{"runId":7}}'],
  ])('a champion pointer with %s is refused by name', async (_, content) => {
    const { store } = memoryStore();
    await store.swap('index/champion.json', new TextEncoder().encode(content), undefined);
    await expect(readChampion(store)).rejects.toMatchObject({
      code: 'ArtifactCorrupt',
      where: 's3://memory/store/index/champion.json',
    });
  });
});
