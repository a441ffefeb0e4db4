import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { decideRun } from '../../../shared/artifacts/decide-run.js';
import { createFileStore } from '../../../shared/artifacts/file-store.js';
import { readManifest } from '../../../shared/artifacts/manifest.js';
import { pruneRuns } from '../../../shared/artifacts/prune-runs.js';
import { listRuns, readChampion } from '../../../shared/artifacts/run-index.js';
import { createS3Store } from '../../../shared/artifacts/s3-store.js';
import { type ArtifactStore } from '../../../shared/artifacts/store.js';
import { startS3Server, testBucket } from '../../support/s3-server.js';
import { writeStoredRun } from '../../support/stored-run.js';
import { tempFolder } from '../../support/temp-folder.js';

const server = await startS3Server();
afterAll(async () => server?.stop());

const options = (keepMonths: number, dryRun = false) => ({
  keepMonths,
  dryRun,
  signal: new AbortController().signal,
  onRemoved: () => undefined,
});

/** Six months, each compared with the one before; a held run that waits; a run that nobody published; one that died. */
async function fill(store: ArtifactStore): Promise<void> {
  let comparedWith: { runId: string; asOf: string } | undefined;
  for (let month = 1; month <= 6; month++) {
    const asOf = `2023-0${month}`;
    await writeStoredRun(store, { runId: `run-${month}`, asOf, ...(comparedWith ? { comparedWith } : {}) });
    comparedWith = { runId: `run-${month}`, asOf };
  }
  await writeStoredRun(store, { runId: 'held-2', asOf: '2023-02', verdict: 'held', finishedAt: 7 });
  await writeStoredRun(store, { runId: 'trial-3', asOf: '2023-03', publish: false });
  await store.putBytes('runs/died/sales.parquet', new Uint8Array(3), { rows: 0 });
}

/** What must hold at every moment: whatever the index and the champion pointer name is there, whole. */
async function expectWhole(store: ArtifactStore): Promise<void> {
  const named = [...(await listRuns(store)).map(({ runId }) => runId), (await readChampion(store))!.runId];
  for (const runId of named) {
    const { files } = await readManifest(store, runId);
    for (const reference of Object.values(files)) await store.fetchBytes(reference);
  }
}

async function newStore(): Promise<ArtifactStore> {
  return createFileStore(pathToFileURL(await tempFolder()).href);
}

const allKeys = async (store: ArtifactStore): Promise<string[]> => [
  ...(await store.list('runs/')),
  ...(await store.list('index/pruning/')),
];

describe('pruning', () => {
  test('keeps the newest months, what they were compared with, the champion and waiting runs; leaves unfinished ones alone', async () => {
    const store = await newStore();
    await fill(store);
    const dry = await pruneRuns(store, options(2, true));
    expect(dry.removed).toBe(0);
    expect(dry.remove.map(({ runId }) => runId)).toEqual(['run-1', 'run-2', 'run-3', 'trial-3']);
    const before = await allKeys(store);
    const pruning = await pruneRuns(store, options(2));
    expect(pruning.remove).toEqual(dry.remove);
    expect(pruning.removed).toBe(4 * 4);
    expect(pruning.unfinished).toEqual(['died']);
    expect((await listRuns(store)).map(({ runId }) => runId)).toEqual(['held-2', 'run-4', 'run-5', 'run-6']);
    const gone = /^runs\/(run-[123]|trial-3)\//;
    expect(await allKeys(store)).toEqual(before.filter((key) => !gone.test(key)));
    await expectWhole(store);
    expect((await pruneRuns(store, options(2))).remove).toEqual([]);
  });

  test('a held run that was rejected does not wait any more', async () => {
    const store = await newStore();
    await fill(store);
    await decideRun(store, 'held-2', { outcome: 'rejected', by: 'Ana', reason: 'too noisy', decidedAt: 8 });
    const { remove } = await pruneRuns(store, options(2));
    expect(remove.map(({ runId }) => runId)).toContain('held-2');
    expect((await listRuns(store)).map(({ runId }) => runId)).toEqual(['run-4', 'run-5', 'run-6']);
  });

  test('stopped at any step, leaves no run half in the index; the next call ends what was begun', async () => {
    const undisturbed = await newStore();
    await fill(undisturbed);
    await pruneRuns(undisturbed, options(2));
    const wanted = await allKeys(undisturbed);
    let steps = 0;
    for (let last = 0; ; last++) {
      const store = await newStore();
      await fill(store);
      // Every change of the store counts; after `last` of them the process is as good as dead.
      let changes = 0;
      const dying =
        <A extends unknown[], R>(change: (...args: A) => Promise<R>) =>
        (...args: A): Promise<R> =>
          changes++ < last ? change(...args) : Promise.reject(new Error('killed'));
      const mortal: ArtifactStore = {
        ...store,
        putBytes: dying(store.putBytes),
        swap: dying(store.swap),
        remove: dying(store.remove),
      };
      const died = await pruneRuns(mortal, options(2)).then(
        () => false,
        () => true,
      );
      await expectWhole(store);
      await pruneRuns(store, options(2));
      await expectWhole(store);
      expect(await allKeys(store)).toEqual(wanted);
      steps = last;
      if (!died) break;
    }
    expect(steps).toBeGreaterThan(20);
  });

  test('a run that becomes the champion between the plan and its removal stays, in the index too', async () => {
    const store = await newStore();
    await fill(store);
    let asked = 0;
    const champion = await readChampion(store);
    const promoted = (await listRuns(store)).find(({ runId }) => runId === 'run-1')!;
    const changing: ArtifactStore = {
      ...store,
      async read(key) {
        const found = await store.read(key);
        if (key !== 'index/champion.json' || ++asked === 1) return found;
        const bytes = new TextEncoder().encode(JSON.stringify({ version: 1, champion: promoted }));
        return { bytes, version: found!.version };
      },
    };
    expect(champion!.runId).toBe('run-6');
    await pruneRuns(changing, options(2));
    expect((await listRuns(store)).map(({ runId }) => runId)).toContain('run-1');
    await expectWhole(store);
    expect(await store.list('index/pruning/')).toEqual([]);
  });

  test('refuses to keep nothing', async () => {
    await expect(pruneRuns(await newStore(), options(0))).rejects.toMatchObject({ code: 'InvalidInput' });
  });

  test.skipIf(server === undefined)(
    'removes a run of 1,100 objects from a bucket, and nothing beside it',
    async () => {
      const store = createS3Store(`s3://${testBucket}/pruned`, server!.client());
      await writeStoredRun(store, { runId: 'large', asOf: '2023-01', files: 1100 });
      await writeStoredRun(store, { runId: 'large-2', asOf: '2023-05' });
      await writeStoredRun(store, { runId: 'newest', asOf: '2023-06' });
      const { removed } = await pruneRuns(store, options(2));
      expect(removed).toBe(1101);
      expect((await store.list('runs/')).map((key) => key.split('/')[1])).toEqual([
        ...Array<string>(4).fill('large-2'),
        ...Array<string>(4).fill('newest'),
      ]);
      await expectWhole(store);
    },
  );
});
