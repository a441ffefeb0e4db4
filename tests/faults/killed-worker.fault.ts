import { type Client } from '@temporalio/client';
import { mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openStore } from '../../shared/artifacts/open-store.js';
import { listRuns } from '../../shared/artifacts/run-index.js';
import { type RunSummary } from '../../shared/contracts/run-summary.js';
import { retrainStages, type Stage } from '../../shared/contracts/stage.js';
import { seededRandom } from '../../shared/numeric/seeded-random.js';
import { startWorkerProcess } from '../support/worker-process.js';
import { checkedSums, type FaultLab, month, openFaultLab, untilRunning } from './fault-lab.js';
import { recordFault } from './fault-table.js';

const rounds = 25;
/** The lab has neither sinks nor a tracking server: nothing runs there that could be killed. */
const stages = retrainStages.filter((stage) => stage !== 'deliver' && stage !== 'track');
/** Most of a round is waiting for the heartbeat to be missed: so many rounds wait side by side. */
const lanes = 4;

let lab: FaultLab;
beforeAll(async () => {
  lab = await openFaultLab();
});
afterAll(() => lab.close());

interface Round {
  readonly stage: Stage;
  /** Stages whose attempt was lost with the worker. */
  readonly lost: readonly string[];
  readonly identical: boolean;
  readonly problem?: string;
}

/** Kills the worker somewhere within one stage of a run, starts another, and compares what comes out. */
async function round(number: number, client: Client): Promise<Round> {
  const random = seededRandom(number, 'moment of the kill');
  const stage = stages[number % stages.length]!;
  const env = { TEMPORAL_ADDRESS: lab.server.address, TEMPORAL_NAMESPACE: client.options.namespace };
  const cwd = path.join(lab.folder, `round-${number}`);
  await mkdir(cwd);
  const first = await startWorkerProcess(cwd, env);
  let second;
  try {
    const handle = await lab.start(client, `round-${number}`);
    const result = handle.result() as Promise<RunSummary>;
    result.catch(() => undefined);
    const within = random.uniform() * (lab.durations.get(stage) ?? 0);
    await untilRunning(handle, stage);
    await sleep(within);
    await first.kill();
    second = await startWorkerProcess(cwd, env);
    const summary = await result;
    const history = await handle.fetchHistory();
    const scheduled = new Map(
      history.events!.flatMap((event) =>
        event.activityTaskScheduledEventAttributes
          ? [[String(event.eventId), event.activityTaskScheduledEventAttributes.activityType!.name!] as const]
          : [],
      ),
    );
    const lost = history.events!.flatMap(({ activityTaskStartedEventAttributes: started }) =>
      (started?.attempt ?? 1) > 1 ? [scheduled.get(String(started!.scheduledEventId))!] : [],
    );
    const sums = await checkedSums(summary);
    const differing = Object.keys(lab.undisturbed).filter((name) => sums[name] !== lab.undisturbed[name]);
    await second.stop();
    const left = await readdir(path.join(cwd, '.segments/scratch')).catch(() => []);
    const problems = [
      ...(differing.length > 0 ? [`differs: ${differing.join(', ')}`] : []),
      ...(Object.keys(sums).length !== Object.keys(lab.undisturbed).length ? ['other files'] : []),
      ...(left.length > 0 ? [`scratch left: ${left.join(', ')}`] : []),
    ];
    return {
      stage,
      lost,
      identical: problems.length === 0,
      ...(problems.length > 0 ? { problem: problems.join('; ') } : {}),
    };
  } finally {
    await first.kill();
    await second?.kill();
  }
}

test(`a worker killed at a random moment of any stage, ${rounds} times: every run completes with the bytes of an undisturbed one`, async () => {
  const outcomes: Round[] = [];
  let next = 0;
  await Promise.all(
    Array.from({ length: lanes }, async (_, lane) => {
      const client = await lab.namespace(`kill-${lane}`);
      while (next < rounds) outcomes.push(await round(next++, client));
    }),
  );
  const lost = outcomes.flatMap((outcome) => outcome.lost);
  const published = (await listRuns(openStore(lab.store))).filter(({ asOf }) => asOf === month);
  // The undisturbed run and one a round, each once.
  expect(published.map(({ runId }) => runId).sort()).toEqual(
    [...new Set(published.map(({ runId }) => runId))].sort(),
  );
  expect(published).toHaveLength(rounds + 1);
  await recordFault({
    fault: 'SIGKILL of a worker at a random moment',
    rounds,
    held: outcomes.filter(({ identical }) => identical).length,
    seen: `${lost.length} attempts lost in ${outcomes.filter((outcome) => outcome.lost.length > 0).length} rounds and ${new Set(lost).size} stages (${[...new Set(lost)].sort().join(', ')}); files identical to the undisturbed run in ${outcomes.filter(({ identical }) => identical).length} rounds`,
  });
  expect(outcomes.filter(({ identical }) => !identical)).toEqual([]);
  // Kills that only met idle moments would prove nothing.
  expect(new Set(lost).size).toBeGreaterThan(8);
});
