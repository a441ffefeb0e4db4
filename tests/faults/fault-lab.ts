import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type Manifest, parseManifest } from '../../shared/artifacts/manifest.js';
import { type RunSummary } from '../../shared/contracts/run-summary.js';
import { type RetrainRequest } from '../../shared/contracts/workflow-inputs.js';
import { temporalConfig } from '../../temporal.config.js';
import { runFolderSums } from '../support/run-folder-sums.js';
import { smallMarketRows, writeSmallMarket } from '../support/small-market.js';
import { temporaryFolder } from '../support/temp-folder.js';
import { type DurableServer, startDurableServer } from './durable-server.js';
import { startWorkerProcess } from '../support/worker-process.js';

/**
 * Training long enough to be met in the middle; and a gate that lets this small market, whose trend has only just become
 * measurable, be published.
 */
const config = {
  autoencoder: { coldEpochs: 400, warmEpochs: 400, patience: 400 },
  gate: { maxFeaturePsi: 100, maxReconstructionRatio: 100 },
};

export interface FaultLab {
  readonly folder: string;
  readonly server: DurableServer;
  readonly source: { kind: 'csv'; path: string };
  /** sha256 of every file of an undisturbed run, by name. */
  readonly undisturbed: Record<string, string>;
  /** Workflow time that each stage of the undisturbed run took, in milliseconds. */
  readonly durations: ReadonlyMap<string, number>;
  /** A client of a namespace of its own, so that rounds side by side do not share a queue. */
  namespace(name: string): Promise<Client>;
  /** A store that holds the published run of the month before, which every run here is compared with. */
  readonly store: string;
  start(client: Client, workflowId: string, extra?: Partial<RetrainRequest>): Promise<WorkflowHandle>;
  close(): Promise<void>;
}

export const month = '2024-01';
const monthBefore = '2023-12';

/** Sums of a run's files by its manifest: each file is there, is what the manifest says, and none is left over. */
export async function checkedSums(summary: RunSummary): Promise<Record<string, string>> {
  const folder = fileURLToPath(summary.artifacts);
  const found = await runFolderSums(folder);
  const manifest = await manifestOf(summary);
  const listed = Object.fromEntries(
    Object.entries(manifest.files).map(([name, { sha256 }]) => [name, sha256]),
  );
  for (const [name, sum] of Object.entries(listed)) {
    if (found[name] !== sum)
      throw new Error(`${name}: the manifest says ${sum}, the folder has ${found[name]}`);
  }
  return listed;
}

export async function manifestOf(summary: RunSummary): Promise<Manifest> {
  const file = path.join(fileURLToPath(summary.artifacts), 'manifest.json');
  return parseManifest(await readFile(file), file);
}

/** Resolves once `stage` runs, or the run is over. */
export async function untilRunning(handle: WorkflowHandle, stage: string): Promise<void> {
  for (;;) {
    const { status, raw } = await handle.describe();
    const running = (raw.pendingActivities ?? []).some(({ activityType }) => activityType?.name === stage);
    if (running || status.name !== 'RUNNING') return;
    await sleep(15);
  }
}

/** A server, a source, a champion of the month before, and the bytes that an undisturbed run leaves. */
export async function openFaultLab(): Promise<FaultLab> {
  const folder = await temporaryFolder();
  const server = await startDurableServer(folder.path);
  const connection = await Connection.connect({ address: server.address });
  const rows = smallMarketRows({ retailers: 300, months: 25 });
  const source = { kind: 'csv' as const, path: await writeSmallMarket(folder.path, rows) };
  const store = pathToFileURL(path.join(folder.path, 'store')).href;

  const start: FaultLab['start'] = (client, workflowId, extra = {}) =>
    client.workflow.start('retrain', {
      workflowId,
      taskQueue: temporalConfig.taskQueues.orchestration,
      args: [{ asOf: month, source, artifacts: store, config, ...extra }],
    });
  const close = async (): Promise<void> => {
    await connection.close();
    await server.stop();
    await folder.remove();
  };
  try {
    const client = new Client({ connection });
    const worker = await startWorkerProcess(folder.path, { TEMPORAL_ADDRESS: server.address });
    try {
      await (await start(client, 'month-before', { asOf: monthBefore })).result();
      const summary = (await (await start(client, 'undisturbed')).result()) as RunSummary;
      if (summary.verdict !== 'published')
        throw new Error(`expected a published run: ${JSON.stringify(summary.reasons)}`);
      const { timings } = await manifestOf(summary);
      return {
        folder: folder.path,
        server,
        source,
        undisturbed: await checkedSums(summary),
        durations: new Map(timings.map((t) => [t.stage, (t.finishedAt ?? 0) - (t.startedAt ?? 0)])),
        async namespace(name) {
          await connection.workflowService.registerNamespace({
            namespace: name,
            workflowExecutionRetentionPeriod: { seconds: 86_400 as never },
          });
          return new Client({ connection, namespace: name });
        },
        store,
        start,
        close,
      };
    } finally {
      await worker.stop();
    }
  } catch (error) {
    await close();
    throw error;
  }
}
