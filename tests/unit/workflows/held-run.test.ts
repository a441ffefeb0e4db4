import { expect, test } from 'vitest';
import { type Decision, type DecisionResult } from '../../../shared/contracts/decision.js';
import { type RunSummary } from '../../../shared/contracts/run-summary.js';
import { SegmentsError } from '../../../shared/errors.js';
import { HeldRun } from '../../../workflows/held-run.js';
import { type Orchestration, type UpdateHandler } from '../../../workflows/orchestration.js';

const runId = '5f0c6c1e-8f0d-4b44-9d9e-0b3f5a6f7c21';
const summary = { runId, asOf: '2023-12', champion: false } as RunSummary;
const store = 'file:///store';
const request = { by: 'Ana', reason: 'the market moved' };

const result = (by: string): DecisionResult => ({
  decision: {
    version: 1,
    runId,
    asOf: '2023-12',
    outcome: 'approved',
    by,
    reason: 'why',
    decidedAt: 1,
    manifest: 'a',
  } as Decision,
  champion: true,
  championNow: { runId, asOf: '2023-12' },
});

type Decide = Orchestration['activities']['decide'];

/** A held run over an engine that hands every change of state to whoever waits for one. */
function held(decide: Decide) {
  let handlers: Readonly<Record<string, UpdateHandler>> = {};
  const orchestration = {
    workflowId: 'retrain-2023-12',
    scheduledStart: undefined,
    now: () => 0,
    serveUpdates: (served: Readonly<Record<string, UpdateHandler>>) => void (handlers = served),
    waitForMessages: async (holds: () => boolean, milliseconds?: number) => {
      for (let turn = 0; turn < (milliseconds ?? 1000); turn++) {
        if (holds()) return true;
        await new Promise((resolve) => setImmediate(resolve));
      }
      return holds();
    },
    activities: { decide },
  } as unknown as Orchestration;
  const run = new HeldRun(orchestration, '2023-12');
  return {
    run,
    approve: async () => {
      handlers['approve']!.check(request);
      return await handlers['approve']!.act(request);
    },
  };
}

const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('an approval that arrives while the store is read one last time is what the run ends with', async () => {
  let answerRead: (() => void) | undefined;
  const { run, approve } = held(async ({ decision }) => {
    if (decision !== undefined) return { files: {}, result: result('Ana'), detail: '' };
    await new Promise<void>((resolve) => (answerRead = resolve));
    return { files: {}, result: undefined, detail: 'nobody decided' };
  });
  const ended = run.wait(summary, store, '1 second');
  while (answerRead === undefined) await tick();
  const approved = approve();
  answerRead();
  await approved;
  expect(await ended).toMatchObject({ champion: true, decision: { by: 'Ana' } });
});

test('a decision made on the store ends the wait of the next who asks, who hears that it was decided', async () => {
  const { run, approve } = held(async ({ decision }) => {
    if (decision === undefined) return { files: {}, result: result('Ben'), detail: '' };
    throw new SegmentsError('AlreadyDecided', 'was approved by Ben', { where: 'x', remedy: 'y' });
  });
  const ended = run.wait(summary, store, '14 days');
  await tick();
  await expect(approve()).rejects.toMatchObject({ code: 'AlreadyDecided' });
  expect(await ended).toMatchObject({ champion: true, decision: { by: 'Ben' } });
});
