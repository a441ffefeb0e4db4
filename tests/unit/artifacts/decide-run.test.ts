import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { decideRun, readDecision } from '../../../shared/artifacts/decide-run.js';
import { createFileStore } from '../../../shared/artifacts/file-store.js';
import {
  findRun,
  latestPublishedBefore,
  readChampion,
  recordRun,
} from '../../../shared/artifacts/run-index.js';
import { type ArtifactStore } from '../../../shared/artifacts/store.js';
import { storeRun } from '../../support/stored-run.js';
import { tempFolder } from '../../support/temp-folder.js';

const fileStore = async (): Promise<ArtifactStore> => createFileStore(pathToFileURL(await tempFolder()).href);
const ana = { by: 'Ana', reason: 'new region', decidedAt: 5000 };

test('an approved run is published, and champion where no later run is', async () => {
  const store = await fileStore();
  await storeRun(store, { runId: 'a', asOf: '2017-11', verdict: 'first' });
  await storeRun(store, { runId: 'b', asOf: '2017-12', verdict: 'held' });
  expect((await latestPublishedBefore(store, '2018-01'))?.runId).toBe('a');
  const { champion } = await decideRun(store, 'b', { ...ana, outcome: 'approved' });
  expect(champion).toBe(true);
  expect((await readChampion(store))?.runId).toBe('b');
  expect((await latestPublishedBefore(store, '2018-01'))?.runId).toBe('b');

  await storeRun(store, { runId: 'c', asOf: '2017-10', verdict: 'held' });
  const late = await decideRun(store, 'c', { ...ana, outcome: 'approved' });
  expect(late).toMatchObject({ champion: false, championNow: { runId: 'b', asOf: '2017-12' } });
});

test('a rejected run stays unpublished for good', async () => {
  const store = await fileStore();
  await storeRun(store, { runId: 'b', asOf: '2017-12', verdict: 'held' });
  await decideRun(store, 'b', { ...ana, outcome: 'rejected' });
  expect(await readChampion(store)).toBeUndefined();
  await expect(decideRun(store, 'b', { ...ana, outcome: 'approved' })).rejects.toMatchObject({
    code: 'AlreadyDecided',
    message: expect.stringContaining('rejected by Ana') as string,
  });
  expect((await findRun(store, '2017-12', 'b'))?.published).toBe(false);
});

test('of two who decide at once one wins, the other is told, and index and file agree', async () => {
  for (let round = 0; round < 5; round++) {
    const store = await fileStore();
    await storeRun(store, { runId: 'b', asOf: '2017-12', verdict: 'held' });
    const results = await Promise.allSettled([
      decideRun(store, 'b', { ...ana, outcome: 'approved' }),
      decideRun(store, 'b', { by: 'Ben', reason: 'no', decidedAt: 5000, outcome: 'rejected' }),
    ]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const decision = (await readDecision(store, 'b'))!;
    const entry = (await findRun(store, '2017-12', 'b'))!;
    expect(entry.decision?.by).toBe(decision.by);
    expect(entry.published).toBe(decision.outcome === 'approved');
    expect((await readChampion(store))?.runId).toBe(decision.outcome === 'approved' ? 'b' : undefined);
  }
});

test('the same decision twice is one, and one whose maker died half-way is carried through by whoever comes next', async () => {
  const store = await fileStore();
  const entry = await storeRun(store, { runId: 'b', asOf: '2017-12', verdict: 'held' });
  await decideRun(store, 'b', { ...ana, outcome: 'approved' });
  expect(
    (await decideRun(store, 'b', { ...ana, decidedAt: 9000, outcome: 'approved' })).decision.decidedAt,
  ).toBe(5000);
  // As after a death between the decision and the index.
  await store.remove('index/champion.json');
  await store.remove('index/months/2017-12.json');
  await recordRun(store, entry);
  await expect(
    decideRun(store, 'b', { by: 'Ben', reason: 'no', decidedAt: 1, outcome: 'rejected' }),
  ).rejects.toMatchObject({ code: 'AlreadyDecided' });
  expect((await readChampion(store))?.runId).toBe('b');
});

test('a publisher that records the run again leaves the decision as it is', async () => {
  const store = await fileStore();
  const entry = await storeRun(store, { runId: 'b', asOf: '2017-12', verdict: 'held' });
  await decideRun(store, 'b', { ...ana, outcome: 'approved' });
  await recordRun(store, entry);
  expect(await findRun(store, '2017-12', 'b')).toMatchObject({ published: true, decision: { by: 'Ana' } });
});

test('only a held run that the index knows can be decided on', async () => {
  const store = await fileStore();
  await storeRun(store, { runId: 'a', asOf: '2017-11', verdict: 'published' });
  const decision = { ...ana, outcome: 'approved' } as const;
  await expect(decideRun(store, 'a', decision)).rejects.toMatchObject({ code: 'NotHeld' });
  await expect(decideRun(store, 'nobody', decision)).rejects.toMatchObject({ code: 'RunNotFound' });
  await storeRun(store, { runId: 'b', asOf: '2017-12', verdict: 'held' });
  await store.remove('index/months/2017-12.json');
  await expect(decideRun(store, 'b', decision)).rejects.toMatchObject({
    code: 'NotHeld',
    message: expect.stringContaining('not in the index') as string,
  });
});
