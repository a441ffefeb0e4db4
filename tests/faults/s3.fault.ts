import { Client, Connection } from '@temporalio/client';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RescoreSummary } from '../../shared/contracts/rescore-summary.js';
import { type RunSummary } from '../../shared/contracts/run-summary.js';
import { seededRandom } from '../../shared/numeric/seeded-random.js';
import { temporalConfig } from '../../temporal.config.js';
import { type Fault, startFaultProxy } from '../support/fault-proxy.js';
import { startS3Server, testBucket } from '../support/s3-server.js';
import { startWorkerProcess } from '../support/worker-process.js';
import { checkedSums, type FaultLab, openFaultLab } from './fault-lab.js';
import { recordFault } from './fault-table.js';

const kinds: readonly [string, (random: () => number) => Fault][] = [
  ['HTTP 500', () => ({ kind: 'status', status: 500 })],
  ['HTTP 503', () => ({ kind: 'status', status: 503 })],
  ['slow answers (up to 2 s)', (random) => ({ kind: 'slow', milliseconds: 2000 * random() })],
  ['connection reset', () => ({ kind: 'reset' })],
  ['answer lost after the work was done', () => ({ kind: 'lost answer' })],
  ['body cut off', (random) => ({ kind: 'truncated', share: random() })],
];
/** Share of requests that go wrong. */
const rate = 0.25;
const plannedRequests = 5000;

const s3 = await startS3Server();
let lab: FaultLab;
let client: Client;
beforeAll(async () => {
  lab = await openFaultLab();
  client = new Client({ connection: await Connection.connect({ address: lab.server.address }) });
});
afterAll(async () => {
  await client.connection.close();
  await lab.close();
  await s3?.stop();
});

describe.skipIf(s3?.kind !== 'versitygw')(
  'a bucket behind a faulty line, for two whole runs and a re-scoring',
  () => {
    test.each(kinds)(`%s at every fourth request`, async (name, faultOf) => {
      const random = seededRandom(7, name);
      const plan = (): Fault[] =>
        Array.from({ length: plannedRequests }, () =>
          random.uniform() < rate ? faultOf(() => random.uniform()) : { kind: 'none' },
        );
      const proxy = await startFaultProxy(s3!.endpoint);
      for (const method of ['GET', 'PUT', 'HEAD', 'POST']) proxy.plan(method, plan());
      const id = name.replaceAll(/\W+/g, '-').toLowerCase();
      const cwd = path.join(lab.folder, `s3-${id}`);
      await mkdir(cwd);
      const worker = await startWorkerProcess(cwd, {
        TEMPORAL_ADDRESS: lab.server.address,
        AWS_ENDPOINT_URL_S3: proxy.endpoint,
        AWS_ACCESS_KEY_ID: 'segments-test',
        AWS_SECRET_ACCESS_KEY: 'segments-test-secret',
        AWS_REGION: 'us-east-1',
      });
      let held = 0;
      try {
        const artifacts = `s3://${testBucket}/${id}`;
        await (await lab.start(client, `before-${id}`, { artifacts, asOf: '2023-12' })).result();
        const handle = await lab.start(client, id, { artifacts });
        const summary = (await handle.result()) as RunSummary;
        // The server keeps its objects as files: they are compared where they lie, past the faulty line.
        const here = pathToFileURL(path.join(s3!.data, testBucket, id, 'runs', summary.runId)).href;
        expect(await checkedSums({ ...summary, artifacts: here })).toEqual(lab.undisturbed);
        const rescored = (await client.workflow.execute('rescore', {
          workflowId: `rescore-${id}`,
          taskQueue: temporalConfig.taskQueues.orchestration,
          args: [{ source: lab.source, artifacts }],
        })) as RescoreSummary;
        expect(rescored).toMatchObject({ modelRunId: summary.runId, scored: 300 });
        held = 1;
      } finally {
        await worker.kill();
        const requests = ['GET', 'PUT', 'HEAD', 'POST'].reduce((sum, method) => sum + proxy.count(method), 0);
        await proxy.close();
        await recordFault({
          fault: `S3: ${name}`,
          rounds: 1,
          held,
          seen: `a quarter of ${requests} requests; two runs and a re-scoring completed, same bytes`,
        });
      }
    });
  },
);
