import { Client, Connection } from '@temporalio/client';
import { type Payload } from '@temporalio/common';
import { randomBytes } from 'node:crypto';
import { mkdir, readdir } from 'node:fs/promises';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { freePort } from '../../infra/free-port.js';
import { type HeartbeatDetails } from '../../activities/in-stage.js';
import { type DevServer } from '../../infra/temporal/dev-server.js';
import { dataConverter } from '../../infra/temporal/data-converter.js';
import { type RunSummary } from '../../shared/contracts/run-summary.js';
import { temporalConfig } from '../../temporal.config.js';
import { smallMarketRows, writeSmallMarket } from '../support/small-market.js';
import { tempFolder } from '../support/temp-folder.js';
import { startTestServer } from '../support/temporal-server.js';
import { startWorkerProcess, type WorkerProcess } from '../support/worker-process.js';

let server: DevServer;
let connection: Connection;
beforeAll(async () => {
  server = await startTestServer();
  connection = await Connection.connect({ address: server.address });
});
afterAll(async () => {
  await connection.close();
  await server.stop();
});

const taskQueue = temporalConfig.taskQueues.orchestration;
const quick = { raw: { enabled: false }, autoencoder: { coldEpochs: 3 } };

async function worker(cwd: string, env: Record<string, string>): Promise<WorkerProcess> {
  await mkdir(cwd, { recursive: true });
  const started = await startWorkerProcess(cwd, { TEMPORAL_ADDRESS: server.address, ...env });
  onTestFinished(() => started.kill());
  return started;
}

async function retrainInput(folder: string, config: object = quick) {
  const rows = smallMarketRows({ retailers: 80 });
  return {
    asOf: '2023-12',
    source: { kind: 'csv', path: await writeSmallMarket(folder, rows) },
    artifacts: pathToFileURL(path.join(folder, 'store')).href,
    config,
  };
}

test('a worker with everything switched on: metrics, traces and logs tell of the run, its payloads are sealed, and its run is pinned to its build', async () => {
  const folder = await tempFolder();
  const metrics = `127.0.0.1:${await freePort()}`;
  // A collector that takes what it is sent; the real ones are containers.
  const spans: string[] = [];
  const collector = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      spans.push(Buffer.concat(chunks).toString());
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void collector.close());

  const keys = { SEGMENTS_PAYLOAD_KEYS: `k1:${randomBytes(32).toString('base64')}` };
  // A namespace of its own: once it has a current build, workers without one get nothing there.
  await connection.workflowService.registerNamespace({
    namespace: 'versioned',
    workflowExecutionRetentionPeriod: { seconds: 86_400 as never },
  });
  const started = await worker(folder, {
    ...keys,
    TEMPORAL_NAMESPACE: 'versioned',
    SEGMENTS_METRICS_ADDRESS: metrics,
    SEGMENTS_LOG_FORMAT: 'json',
    SEGMENTS_DEPLOYMENT: 'segments-test',
    SEGMENTS_BUILD_ID: 'build-1',
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(collector.address() as AddressInfo).port}`,
  });
  // Until an operator says which build is current, none gets new workflows.
  await expect
    .poll(
      () =>
        connection.workflowService
          .setWorkerDeploymentCurrentVersion({
            namespace: 'versioned',
            deploymentName: 'segments-test',
            buildId: 'build-1',
          })
          .then(() => true)
          .catch(() => false),
      { timeout: 30_000 },
    )
    .toBe(true);

  const client = new Client({ connection, namespace: 'versioned', dataConverter: dataConverter(keys) });
  const handle = await client.workflow.start('retrain', {
    workflowId: 'observed',
    taskQueue,
    args: [await retrainInput(folder)],
  });
  const summary = (await handle.result()) as RunSummary;
  expect(summary.verdict).toBe('first');

  const { workflowExecutionInfo: info } = (await handle.describe()).raw;
  expect(info?.versioningInfo?.deploymentVersion).toMatchObject({
    deploymentName: 'segments-test',
    buildId: 'build-1',
  });

  const encodings = new Set<string>();
  const look = (value: unknown, isOpen: boolean): void => {
    if (value === null || typeof value !== 'object') return;
    const { metadata } = value as Payload;
    // Headers carry the trace's IDs, search attributes the month and the verdict, which the server has to read.
    if (metadata?.['encoding'] && !isOpen) encodings.add(Buffer.from(metadata['encoding']).toString());
    for (const [name, each] of Object.entries(value)) {
      look(each, isOpen || name === 'header' || name === 'searchAttributes');
    }
  };
  look(await handle.fetchHistory(), false);
  expect([...encodings]).toEqual(['binary/encrypted']);

  const scraped = await (await fetch(`http://${metrics}/metrics`)).text();
  expect(scraped).toMatch(/segments_stage_duration\w*_count\{[^}]*stage="ingest"[^}]*\} 1/);
  expect(scraped).toMatch(/segments_rows_total\{[^}]*verdict="used"[^}]*\} 5760/);
  expect(scraped).toMatch(/segments_run_noise_share\{/);
  expect(scraped).toMatch(/temporal_workflow_completed_total\{/);

  expect(await started.stop()).toBe(0);
  const lines = started
    .stderr()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(lines.find((line) => line['stage'] === 'ingest' && line['msg'] === 'stage done')).toMatchObject({
    level: 'info',
    runId: summary.runId,
    workflowId: 'observed',
    asOf: '2023-12',
    attempt: 1,
  });
  const told = spans.join('\n');
  for (const name of ['RunWorkflow:retrain', 'StartActivity:ingest', 'RunActivity:publish'])
    expect(told).toContain(name);
}, 120_000);

test('a cancelled run ends as cancelled in the middle of training, and its worker computes nothing more and leaves no scratch', async () => {
  const folder = await tempFolder();
  const scratch = path.join(folder, 'scratch');
  await worker(folder, { SEGMENTS_SCRATCH: scratch });
  const client = new Client({ connection });
  const handle = await client.workflow.start('retrain', {
    workflowId: 'cancelled',
    taskQueue,
    args: [
      await retrainInput(folder, {
        raw: { enabled: false },
        autoencoder: { coldEpochs: 100_000, patience: 100_000 },
      }),
    ],
  });
  await expect
    .poll(
      async () =>
        ((await handle.describe()).raw.pendingActivities ?? []).some(
          ({ activityType, heartbeatDetails }) =>
            activityType?.name === 'trainAutoencoder' && heartbeatDetails?.payloads?.length,
        ),
      { timeout: 60_000 },
    )
    .toBe(true);
  await handle.cancel();
  await expect(handle.result()).rejects.toMatchObject({ cause: { name: 'CancelledFailure' } });
  // The run ends with the first of its stages that is cancelled; the others hear of it with their next heartbeat.
  const [own] = await readdir(scratch);
  await expect.poll(() => readdir(path.join(scratch, own!)), { timeout: 30_000 }).toEqual([]);
}, 120_000);

test('a worker told to stop in the middle of training hands the run over: the next one goes on at an epoch, not at the first', async () => {
  const folder = await tempFolder();
  const first = await worker(path.join(folder, 'first'), {});
  const client = new Client({ connection });
  const config = { raw: { enabled: false }, autoencoder: { coldEpochs: 100_000, patience: 100_000 } };
  const handle = await client.workflow.start('retrain', {
    workflowId: 'handed-over',
    taskQueue,
    args: [await retrainInput(folder, config)],
  });
  const epoch = async (): Promise<number | undefined> => {
    const training = (await handle.describe()).raw.pendingActivities?.find(
      ({ activityType }) => activityType?.name === 'trainAutoencoder',
    );
    const data = training?.heartbeatDetails?.payloads?.[0]?.data;
    const details = data && (JSON.parse(new TextDecoder().decode(data)) as HeartbeatDetails);
    return details && details.checkpoint !== undefined ? details.progress?.done : undefined;
  };
  let reached = 0;
  await expect
    .poll(async () => (reached = (await epoch()) ?? reached), { timeout: 60_000 })
    .toBeGreaterThan(50);
  expect(await first.stop()).toBe(0);
  await worker(path.join(folder, 'second'), {});
  const seen: number[] = [];
  const goesOn = async (): Promise<boolean> => {
    const now = await epoch();
    if (now !== undefined) seen.push(now);
    return new Set(seen).size > 3;
  };
  await expect.poll(goesOn, { timeout: 60_000 }).toBe(true);
  // It goes on at the last checkpoint, up to a second before what was last reported; one that began again would be
  // seen at its first epochs.
  expect(Math.min(...seen)).toBeGreaterThanOrEqual(reached);
  await handle.cancel();
  await expect(handle.result()).rejects.toMatchObject({ cause: { name: 'CancelledFailure' } });
}, 180_000);
