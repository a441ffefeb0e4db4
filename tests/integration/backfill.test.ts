import { type WorkflowHandle } from '@temporalio/client';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type BackfillProgress } from '../../shared/contracts/stage.js';
import { type BackfillRow } from '../../shared/contracts/workflow-inputs.js';
import { temporalConfig } from '../../temporal.config.js';
import { smallMarketRows, writeSmallMarket } from '../support/small-market.js';
import { tempFolder } from '../support/temp-folder.js';
import { until } from '../support/until.js';
import { startWorkedServer, type WorkedServer } from '../support/worked-server.js';

let worked: WorkedServer;
beforeAll(async () => {
  worked = await startWorkedServer();
});
afterAll(() => worked.stop());

const start = (workflowId: string, input: unknown): Promise<WorkflowHandle> =>
  worked.client.workflow.start('backfill', {
    taskQueue: temporalConfig.taskQueues.orchestration,
    workflowId,
    args: [input],
  });

const progressOf = (handle: WorkflowHandle): Promise<BackfillProgress | undefined> =>
  handle.query<BackfillProgress>('progress').catch(() => undefined);

test('a backfill continues as new after so many months with what is done; paused, it begins no month until resumed; begun again with resume, it does no month twice', async () => {
  const folder = await tempFolder();
  const input = {
    from: '2023-10',
    to: '2023-12',
    source: { kind: 'csv', path: await writeSmallMarket(folder, smallMarketRows({ months: 24 })) },
    artifacts: pathToFileURL(path.join(folder, 'store')).href,
    config: { raw: { enabled: false } },
  };
  const first = await start('backfill-1', { ...input, paused: true, monthsPerExecution: 1 });
  const paused = await until(() => progressOf(first));
  expect(paused).toMatchObject({ paused: true });
  expect(new Set(paused.months.map(({ state }) => state))).toEqual(new Set(['pending']));

  await first.signal('resume');
  await until(async () => (await progressOf(first))?.months[0]?.state === 'running');
  await first.signal('pause');
  const between = await until(async () => {
    const progress = await progressOf(first);
    return progress?.months[0]?.state === 'done' && progress;
  });
  expect(between.paused).toBe(true);
  expect(between.months.map(({ state }) => state)).toEqual(['done', 'pending', 'pending']);
  await first.signal('resume');
  const rows = (await first.result()) as BackfillRow[];
  expect(rows.map(({ asOf }) => asOf)).toEqual(['2023-10', '2023-11', '2023-12']);

  const executions = new Set<string>();
  await until(async () => {
    for await (const { runId } of worked.client.workflow.list({ query: 'WorkflowId = "backfill-1"' }))
      executions.add(runId);
    return executions.size === 3;
  });

  const again = await start('backfill-2', { ...input, resume: true });
  const kept = (await again.result()) as BackfillRow[];
  expect(kept.map(({ runId }) => runId)).toEqual(rows.map(({ runId }) => runId));
  // Another config is another method: its months are not done.
  const other = await start('backfill-3', { ...input, from: '2023-12', resume: true, config: { seed: 7 } });
  await until(async () => (await progressOf(other))?.months[0]?.state === 'running');
  await other.terminate();
}, 120_000);

test('with onFailure skip, a month that fails is listed with its cause, and the next one is compared with the one before it', async () => {
  const folder = await tempFolder();
  const file = await writeSmallMarket(folder, smallMarketRows({ from: '2022-01', months: 24 }));
  const handle = await start('backfill-4', {
    from: '2021-12',
    to: '2022-01',
    source: { kind: 'csv', path: file },
    artifacts: pathToFileURL(path.join(folder, 'store')).href,
    config: { raw: { enabled: false }, eligibility: { minActiveMonths: 1, minTenureMonths: 1 } },
    onFailure: 'skip',
  });
  const rows = (await handle.result()) as BackfillRow[];
  expect(rows[0]).toMatchObject({ asOf: '2021-12', verdict: 'failed' });
  expect(rows[0]!.problem).toContain('2022-01 to 2023-12');
  expect(rows[1]!.asOf).toBe('2022-01');
}, 60_000);
