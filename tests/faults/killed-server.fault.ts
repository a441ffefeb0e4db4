import { Client, Connection } from '@temporalio/client';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunSummary } from '../../shared/contracts/run-summary.js';
import { type Stage } from '../../shared/contracts/stage.js';
import { seededRandom } from '../../shared/numeric/seeded-random.js';
import { startWorkerProcess } from '../support/worker-process.js';
import { checkedSums, type FaultLab, openFaultLab, untilRunning } from './fault-lab.js';
import { recordFault } from './fault-table.js';

/** A server is killed in each of these, one round a stage. */
const stages: readonly Stage[] = [
  'ingest',
  'features',
  'trainAutoencoder',
  'clusterMixture',
  'compare',
  'publish',
];
const rounds = stages.length;

let lab: FaultLab;
beforeAll(async () => {
  lab = await openFaultLab();
});
afterAll(() => lab.close());

test(`the Temporal server killed and restarted on its database, ${rounds} times: every run completes with the bytes of an undisturbed one`, async () => {
  const random = seededRandom(1, 'moment of the kill');
  const cwd = path.join(lab.folder, 'worker');
  await mkdir(cwd);
  // One worker for all rounds: it has to outlive the server that it polls.
  const worker = await startWorkerProcess(cwd, { TEMPORAL_ADDRESS: lab.server.address });
  let held = 0;
  const met: string[] = [];
  try {
    for (const [round, stage] of stages.entries()) {
      const connection = await Connection.connect({ address: lab.server.address });
      const client = new Client({ connection });
      const id = `server-${round}`;
      const handle = await lab.start(client, id);
      await untilRunning(handle, stage);
      await sleep(random.uniform() * (lab.durations.get(stage) ?? 0));
      const before = await handle.describe();
      met.push(...(before.raw.pendingActivities ?? []).map(({ activityType }) => activityType?.name ?? '?'));
      await connection.close();
      await lab.server.kill();
      await sleep(500);
      await lab.server.restart();

      const again = await Connection.connect({ address: lab.server.address });
      try {
        const summary = (await new Client({ connection: again }).workflow
          .getHandle(id)
          .result()) as RunSummary;
        expect(await checkedSums(summary)).toEqual(lab.undisturbed);
        held++;
      } finally {
        await again.close();
      }
    }
  } finally {
    await worker.kill();
    await recordFault({
      fault: 'SIGKILL of the Temporal server (file-backed), restart',
      rounds,
      held,
      seen: `stages running at the kill: ${[...new Set(met)].sort().join(', ')}; one worker outlived every server`,
    });
  }
});
