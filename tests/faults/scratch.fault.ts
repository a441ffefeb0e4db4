import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import { spawnSync } from 'node:child_process';
import { mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RunSummary } from '../../shared/contracts/run-summary.js';
import { temporaryFolder } from '../support/temp-folder.js';
import { startWorkerProcess } from '../support/worker-process.js';
import { checkedSums, type FaultLab, openFaultLab } from './fault-lab.js';
import { recordFault } from './fault-table.js';

const mount = (...args: string[]): boolean => spawnSync('mount', args, { stdio: 'ignore' }).status === 0;
const unmount = (folder: string): void => void spawnSync('umount', [folder], { stdio: 'ignore' });

/** Whether this user may mount: a small disk of its own is the only honest full disk. */
async function mayMount(): Promise<boolean> {
  const trial = await temporaryFolder();
  const may = mount('-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', trial.path);
  if (may) unmount(trial.path);
  await trial.remove();
  return may;
}

const possible = await mayMount();
let lab: FaultLab;
let client: Client;
beforeAll(async () => {
  if (!possible) return;
  lab = await openFaultLab();
  client = new Client({ connection: await Connection.connect({ address: lab.server.address }) });
});
afterAll(async () => {
  if (!possible) return;
  await client.connection.close();
  await lab.close();
});

interface LastFailure {
  readonly type: string;
  readonly message: string;
}

/** Waits for an attempt that failed and is to be retried, and gives its failure. */
async function failureOf(handle: WorkflowHandle): Promise<LastFailure> {
  for (;;) {
    const { pendingActivities } = (await handle.describe()).raw;
    for (const { lastFailure } of pendingActivities ?? []) {
      if (lastFailure)
        return {
          type: lastFailure.applicationFailureInfo?.type ?? '?',
          message: lastFailure.message ?? '',
        };
    }
    await sleep(50);
  }
}

const faults: readonly [string, string, string][] = [
  ['disk full in scratch (192 KB)', 'size=192k', 'remount,size=64m'],
  ['read-only scratch', 'size=64m,ro', 'remount,rw'],
];

describe.skipIf(!possible)('a scratch folder on a disk of its own', () => {
  test.each(faults)(
    '%s: a clear error, retried; once cured the run completes and nothing is left',
    async (name, broken, cure) => {
      const id = name.replaceAll(/\W+/g, '-');
      const cwd = path.join(lab.folder, id);
      const scratch = path.join(cwd, 'scratch');
      await mkdir(scratch, { recursive: true });
      expect(mount('-t', 'tmpfs', '-o', broken, 'tmpfs', scratch)).toBe(true);
      let held = 0;
      let failure: LastFailure | undefined;
      try {
        const worker = await startWorkerProcess(cwd, {
          TEMPORAL_ADDRESS: lab.server.address,
          SEGMENTS_SCRATCH: scratch,
        });
        try {
          const handle = await lab.start(client, id);
          failure = await failureOf(handle);
          expect(failure.type, failure.message).toBe('ScratchUnavailable');
          const [own] = await readdir(scratch);
          expect(own === undefined ? [] : await readdir(path.join(scratch, own))).toEqual([]);
          expect(mount('-o', cure, scratch)).toBe(true);
          const summary = (await handle.result()) as RunSummary;
          expect(await checkedSums(summary)).toEqual(lab.undisturbed);
          await worker.stop();
          expect(await readdir(scratch)).toEqual([]);
          held = 1;
        } finally {
          await worker.kill();
        }
      } finally {
        unmount(scratch);
        await recordFault({
          fault: name,
          rounds: 1,
          held,
          seen: `${failure?.type ?? 'nothing'}: "${(failure?.message ?? '').slice(0, 120)}"; completed once cured, scratch empty`,
        });
      }
    },
  );
});
