import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { openStore } from '../../../shared/artifacts/open-store.js';
import { type ArtifactStore } from '../../../shared/artifacts/store.js';
import { type RunSummary } from '../../../shared/contracts/run-summary.js';
import { createMlflowClient } from '../../../shared/tracking/mlflow/mlflow-client.js';
import { trackRun } from '../../../shared/tracking/mlflow/track-run.js';
import { inProcessEngine } from '../../support/in-process.js';
import { smallMarketRows, writeSmallMarket } from '../../support/small-market.js';
import { tempFolder } from '../../support/temp-folder.js';

/** What MLflow answers, as far as a first run needs it. */
const answers: Readonly<Record<string, object>> = {
  'experiments/get-by-name': { experiment: { experiment_id: '1', lifecycle_stage: 'active' } },
  'runs/search': {},
  'runs/create': {
    run: { info: { run_id: 'r', experiment_id: '1', artifact_uri: 'mlflow-artifacts:/1/r/artifacts' } },
  },
  'model-versions/create': { model_version: { version: '1' } },
};

/** A double of MLflow that keeps every byte that it is sent. */
async function mlflowDouble(): Promise<{ url: string; received: { path: string; bytes: Buffer }[] }> {
  const received: { path: string; bytes: Buffer }[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const path = new URL(request.url!, 'http://double').pathname;
      received.push({ path, bytes: Buffer.concat(chunks) });
      response.end(JSON.stringify(answers[path.replace('/api/2.0/mlflow/', '')] ?? {}));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received };
}

test('of a run MLflow gets the figures and the model, whose files are read once; no ID and no row of a retailer', async () => {
  const folder = await tempFolder();
  const { engine, artifacts } = inProcessEngine(folder);
  const prefix = 'OUTLET';
  const source = { kind: 'csv', path: await writeSmallMarket(folder, smallMarketRows({ prefix })) };
  const input = { asOf: '2023-12', source, artifacts, config: { raw: { enabled: false } } };
  const { runId } = (await (await engine.start('retrain', 'tracked', input)).result()) as RunSummary;
  const stored = openStore(artifacts);
  const reads: string[] = [];
  const store: ArtifactStore = {
    ...stored,
    fetchBytes: (reference, signal) => {
      reads.push(reference.uri.slice(reference.uri.indexOf(runId) + runId.length + 1));
      return stored.fetchBytes(reference, signal);
    },
  };
  const { url, received } = await mlflowDouble();
  const signal = new AbortController().signal;
  const outcome = await trackRun({
    store,
    runId,
    tracking: { kind: 'mlflow', experiment: 'e', model: 'm' },
    client: createMlflowClient({ url, authorization: undefined }, signal),
    signal,
    onProgress: () => undefined,
  });
  expect(outcome).toMatchObject({ state: 'tracked', modelVersion: '1' });
  const root = '/api/2.0/mlflow-artifacts/artifacts/1/r/artifacts/';
  expect(received.flatMap(({ path }) => (path.startsWith(root) ? [path.slice(root.length)] : []))).toEqual([
    ...['loss.csv', 'loss-plot.png', 'comparison.json', 'transitions.csv', 'cluster_insights.csv'],
    ...['model/scaler.json', 'model/segments.json', 'model/mixture.json.gz'],
    ...[
      'model/autoencoder/model.json',
      'model/autoencoder/weights.bin',
      'model/encoder.onnx',
      'model/MLmodel',
    ],
    'manifest.json',
  ]);
  for (const { path, bytes } of received) {
    const plain = path.endsWith('.gz') ? gunzipSync(bytes) : bytes;
    expect(plain.includes(prefix), path).toBe(false);
  }
  for (const name of ['autoencoder/model.json', 'autoencoder/weights.bin'])
    expect(reads.filter((read) => read === name)).toEqual([name]);
});
