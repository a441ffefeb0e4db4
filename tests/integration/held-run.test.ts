import { type WorkflowFailedError, type WorkflowHandle, WorkflowUpdateFailedError } from '@temporalio/client';
import { readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openStore } from '../../shared/artifacts/open-store.js';
import { readDecision } from '../../shared/artifacts/decide-run.js';
import { readChampion } from '../../shared/artifacts/run-index.js';
import { type DecisionResult } from '../../shared/contracts/decision.js';
import { type RunSummary } from '../../shared/contracts/run-summary.js';
import { type RunProgress } from '../../shared/contracts/stage.js';
import { temporalConfig } from '../../temporal.config.js';
import { errorOfFailure } from '../../workers/error-of-failure.js';
import { segments } from '../support/segments-command.js';
import { smallMarketRows, writeSmallMarket } from '../support/small-market.js';
import { tempFolder } from '../support/temp-folder.js';
import { until } from '../support/until.js';
import { startWorkedServer, type WorkedServer } from '../support/worked-server.js';

let worked: WorkedServer;
beforeAll(async () => {
  worked = await startWorkedServer();
});
afterAll(() => worked.stop());

const taskQueue = temporalConfig.taskQueues.orchestration;
let started = 0;
const start = (input: unknown): Promise<WorkflowHandle> =>
  worked.client.workflow.start('retrain', { taskQueue, workflowId: `retrain-${++started}`, args: [input] });

/** A gate that no run of two segments passes. */
const strict = { raw: { enabled: false }, gate: { maxLargestShare: 0.1 } };

async function market(): Promise<{
  folder: string;
  artifacts: string;
  source: { kind: string; path: string };
}> {
  const folder = await tempFolder();
  const source = { kind: 'csv', path: await writeSmallMarket(folder) };
  return { folder, artifacts: pathToFileURL(path.join(folder, 'store')).href, source };
}

const waiting = (handle: WorkflowHandle): Promise<RunProgress> =>
  until(async () => {
    const progress = await handle.query<RunProgress>('progress').catch(() => undefined);
    return progress?.decision?.state === 'waiting' && progress;
  });

const refusal = (update: Promise<unknown>): Promise<unknown> =>
  update.then(
    () => undefined,
    (error: unknown) => {
      expect(error).toBeInstanceOf(WorkflowUpdateFailedError);
      return errorOfFailure(error);
    },
  );

describe('a held run', () => {
  test('waits for a person, refuses what is no decision, and an approval makes it champion', async () => {
    const { artifacts, source } = await market();
    const handle = await start({
      asOf: '2023-12',
      source,
      artifacts,
      config: strict,
      decision: { waitFor: '1 hour' },
    });
    const early = await refusal(
      handle.executeUpdate('approve', { args: [{ by: 'Ana', reason: 'too early' }] }),
    );
    expect(early).toMatchObject({ code: 'NotHeld' });
    await waiting(handle);
    expect(await readChampion(openStore(artifacts))).toBeUndefined();

    const nameless = await refusal(handle.executeUpdate('approve', { args: [{ by: ' ', reason: '' }] }));
    expect(nameless).toMatchObject({ code: 'InvalidInput' });
    expect((nameless as { problems: string[] }).problems).toHaveLength(2);
    expect(await refusal(handle.executeUpdate('reject', { args: [] }))).toMatchObject({
      code: 'InvalidInput',
    });

    const decision = { by: 'Ana', reason: 'the new region explains it' };
    const answer = await handle.executeUpdate<DecisionResult, [unknown]>('approve', { args: [decision] });
    expect(answer).toMatchObject({ champion: true, decision: { outcome: 'approved', ...decision } });
    const summary = (await handle.result()) as RunSummary;
    expect(summary).toMatchObject({
      verdict: 'held',
      champion: true,
      decision: { outcome: 'approved', by: 'Ana' },
    });
    const champion = await readChampion(openStore(artifacts));
    expect(champion).toMatchObject({ runId: summary.runId, published: true });
    expect(await readDecision(openStore(artifacts), summary.runId)).toMatchObject({
      ...decision,
      manifest: champion!.manifest.sha256,
    });
  });

  test('that waits is decided by segments runs approve through its workflow; afterwards by the store, where the first decision stands', async () => {
    const { folder, artifacts, source } = await market();
    const env = { TEMPORAL_ADDRESS: worked.server.address };
    const decide = async (verb: string, runId: string, by: string, where: Record<string, string>) => {
      const args = [
        'runs',
        verb,
        runId,
        '--by',
        by,
        '--reason',
        'looked at it',
        '--artifacts',
        artifacts,
        '--json',
      ];
      const { code, stdout } = await segments(args, { cwd: folder, env: where });
      return { code, answer: JSON.parse(stdout) as unknown };
    };
    const input = { asOf: '2023-12', source, artifacts, config: strict };
    const handle = await start({ ...input, decision: { waitFor: '1 hour' } });
    const { runId } = await waiting(handle);
    expect(await decide('reject', runId, 'Ben', env)).toMatchObject({ code: 0, answer: { champion: false } });
    expect(await handle.result()).toMatchObject({
      champion: false,
      decision: { outcome: 'rejected', by: 'Ben' },
    });
    expect(await decide('approve', runId, 'Ana', env)).toMatchObject({
      code: 1,
      answer: { error: { code: 'AlreadyDecided' } },
    });

    const unwatched = (await (await start(input)).result()) as RunSummary;
    expect(unwatched).toMatchObject({ verdict: 'held', champion: false });
    expect(await decide('approve', unwatched.runId, 'Ana', {})).toMatchObject({
      code: 0,
      answer: {
        champion: true,
        deliverWith: `segments runs deliver ${unwatched.runId} --artifacts ${artifacts}`,
      },
    });
    expect((await readChampion(openStore(artifacts)))?.runId).toBe(unwatched.runId);

    // With sinks in the settings file, approving after the end delivers as the workflow would have.
    const late = (await (await start(input)).result()) as RunSummary;
    const sink = path.join(folder, 'delivered');
    const sinks = [{ kind: 'file', folder: pathToFileURL(sink).href, format: 'csv' }];
    await writeFile(path.join(folder, 'segments.config.json'), JSON.stringify({ sinks }));
    expect(await decide('approve', late.runId, 'Ana', {})).toMatchObject({
      code: 0,
      answer: { champion: true, deliverWith: null, deliveries: [{ state: 'delivered', rows: 200 }] },
    });
    const delivered = await readFile(path.join(folder, 'store/runs', late.runId, 'deliveries.json'), 'utf8');
    expect(JSON.parse(delivered)).toMatchObject({ deliveries: [{ state: 'delivered', rows: 200 }] });
  }, 300_000);
});

describe('late sales', () => {
  const failureOf = (handle: WorkflowHandle): Promise<unknown> =>
    handle.result().then(
      () => undefined,
      (error: unknown) => errorOfFailure((error as WorkflowFailedError).cause),
    );

  test('are waited for: the run goes on once the month is there in full', async () => {
    const { folder, artifacts, source } = await market();
    const rows = smallMarketRows();
    const isLast = (row: string): boolean => row.includes(',2023,12,');
    const partial = rows.filter((row, i) => !isLast(row) || i % 10 === 0);
    await writeSmallMarket(folder, partial);
    const lateSales = { retryEvery: '1 second', giveUpAfter: '1 hour' };
    const config = { raw: { enabled: false } };
    const handle = await start({ asOf: '2023-12', source, artifacts, config, lateSales });
    const detail = await until(async () => {
      const progress = await handle.query<RunProgress>('progress').catch(() => undefined);
      const ingest = progress?.stages.find(({ stage }) => stage === 'ingest');
      return ingest?.state === 'running' && ingest.detail;
    });
    expect(detail).toContain('waits for sales of 2023-12');
    expect(detail).toContain('of the 600 usual');
    await rename(await writeSmallMarket(folder, rows, 'whole.csv'), source.path);
    const summary = (await handle.result()) as RunSummary;
    expect(summary.reasons.find(({ rule }) => rule === 'month-volume')).toMatchObject({ passed: true });
  });

  test('that do not come fail the run with that reason', async () => {
    const { artifacts, source } = await market();
    const lateSales = { retryEvery: '2 seconds', giveUpAfter: '1 second' };
    const handle = await start({ asOf: '2024-02', source, artifacts, lateSales });
    const failure = await failureOf(handle);
    expect(failure).toMatchObject({ code: 'SalesIncomplete', retryable: false });
    expect((failure as Error).message).toContain('the source ends with 2023-12');
  });
});
