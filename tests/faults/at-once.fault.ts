import { Client, Connection } from '@temporalio/client';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openStore } from '../../shared/artifacts/open-store.js';
import { listRuns, readChampion } from '../../shared/artifacts/run-index.js';
import { type RescoreSummary } from '../../shared/contracts/rescore-summary.js';
import { type RunSummary } from '../../shared/contracts/run-summary.js';
import { temporalConfig } from '../../temporal.config.js';
import { smallMarketRows, writeSmallMarket } from '../support/small-market.js';
import { startWorkerProcess, type WorkerProcess } from '../support/worker-process.js';
import { type FaultLab, month, openFaultLab } from './fault-lab.js';
import { recordFault } from './fault-table.js';

let lab: FaultLab;
let client: Client;
const workers: WorkerProcess[] = [];
beforeAll(async () => {
  lab = await openFaultLab();
  client = new Client({ connection: await Connection.connect({ address: lab.server.address }) });
  for (const name of ['one', 'two']) {
    const cwd = path.join(lab.folder, name);
    await mkdir(cwd);
    workers.push(await startWorkerProcess(cwd, { TEMPORAL_ADDRESS: lab.server.address }));
  }
});
afterAll(async () => {
  for (const worker of workers) await worker.kill();
  await client.connection.close();
  await lab.close();
});

const rounds = 3;

test(`two runs of one month at once, on two workers, ${rounds} times: one champion, and every run is in the index once`, async () => {
  const store = openStore(lab.store);
  let held = 0;
  for (let round = 0; round < rounds; round++) {
    const handles = await Promise.all(
      ['a', 'b'].map((name) => lab.start(client, `same-month-${round}-${name}`)),
    );
    const summaries = await Promise.all(handles.map((handle) => handle.result() as Promise<RunSummary>));
    const runs = (await listRuns(store)).filter(({ asOf }) => asOf === month);
    for (const { runId } of summaries) expect(runs.filter((run) => run.runId === runId)).toHaveLength(1);
    // The one that finished later, whatever the order in which they wrote.
    const champion = await readChampion(store);
    expect(champion?.runId).toBe(runs.at(-1)!.runId);
    expect(summaries.map(({ runId }) => runId)).toContain(champion?.runId);
    expect(summaries.find(({ runId }) => runId === champion?.runId)!.champion).toBe(true);
    held++;
  }
  await recordFault({
    fault: 'two runs of one month at once, two publishers',
    rounds,
    held,
    seen: 'both in the index once; the champion is the one that finished later',
  });
});

const concurrent = 200;

test(`${concurrent} re-scorings at once all complete`, async () => {
  const rows = smallMarketRows({ retailers: 20, months: 25, seed: 5 });
  const source = { kind: 'csv', path: await writeSmallMarket(lab.folder, rows, 'few.csv') };
  const began = Date.now();
  const milliseconds: number[] = [];
  const results = await Promise.all(
    Array.from({ length: concurrent }, async (_, i) => {
      const summary = (await client.workflow.execute('rescore', {
        workflowId: `at-once-${i}`,
        taskQueue: temporalConfig.taskQueues.orchestration,
        args: [{ source, artifacts: lab.store }],
      })) as RescoreSummary;
      milliseconds.push(Date.now() - began);
      return summary;
    }),
  );
  expect(new Set(results.map(({ runId }) => runId)).size).toBe(concurrent);
  const sums = new Set(results.map(({ assignments }) => assignments?.sha256));
  // The same retailers into the same segments: the same bytes, two hundred times.
  expect(sums.size).toBe(1);
  milliseconds.sort((a, b) => a - b);
  const at = (share: number): string => (milliseconds[Math.ceil(share * concurrent) - 1]! / 1000).toFixed(1);
  await recordFault({
    fault: `${concurrent} re-scorings at once, two workers`,
    rounds: concurrent,
    held: concurrent,
    seen: `all complete, same bytes; p50 ${at(0.5)} s, p95 ${at(0.95)} s, p99 ${at(0.99)} s after the start of all`,
  });
});
