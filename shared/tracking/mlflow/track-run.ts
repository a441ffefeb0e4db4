import { z } from 'zod';
import { type Manifest, readManifest } from '../../artifacts/manifest.js';
import { runFiles } from '../../artifacts/run-files.js';
import { findRun, type IndexEntry } from '../../artifacts/run-index.js';
import { type ArtifactStore } from '../../artifacts/store.js';
import { encoderOnnx } from '../../autoencoder/encoder-onnx.js';
import { loadAutoencoder } from '../../autoencoder/load-autoencoder.js';
import { parseLossCsv } from '../../autoencoder/parse-loss-csv.js';
import { type TrackingOutcome } from '../../contracts/deliveries.js';
import { type Tracking } from '../../contracts/sink.js';
import { type OnProgress } from '../../progress.js';
import { publicSource } from '../../sources/without-query.js';
import { comparisonSchema } from '../../stability/comparison-schema.js';
import { validate } from '../../contracts/validate.js';
import { SegmentsError } from '../../errors.js';
import { runMetrics } from '../run-metrics.js';
import { runNote } from '../run-note.js';
import { runParams } from '../run-params.js';
import { parseSettingsFile, settingsName } from '../../stability/settings-file.js';
import { type MlflowClient } from './mlflow-client.js';
import { mlmodelFile } from './mlmodel-file.js';
import { moveChampionAlias, registerVersion } from './model-registry.js';

/** MLflow's own limits on one call of log-batch. */
const metricsPerCall = 1000;
const paramsPerCall = 100;

/**
 * What describes a run, for people who look at MLflow. Retailers stay in the store, and so does the report, whose map and
 * typical retailers name them.
 */
const describing = [
  'loss.csv',
  'loss-plot.png',
  'comparison.json',
  'transitions.csv',
  'cluster_insights.csv',
] as const;

/**
 * The folder that a model version points to. HDBSCAN predicts by the embedding of every retailer that it was fitted to:
 * those are rows, which stay in the store too.
 */
const model = ['scaler.json', 'segments.json', 'mixture.json.gz'] as const;

export interface TrackRequest {
  readonly store: ArtifactStore;
  readonly runId: string;
  readonly tracking: Tracking;
  readonly client: MlflowClient;
  readonly signal: AbortSignal;
  readonly onProgress: OnProgress;
}

interface MlflowRun {
  readonly info: { readonly run_id: string; readonly artifact_uri: string; readonly experiment_id: string };
  readonly data?: { readonly tags?: readonly { readonly key: string; readonly value: string }[] };
}

const latentSettings = settingsName('latent');

/** Tag names under which a run is found again. */
export const tags = { runId: 'segments.run_id', complete: 'segments.complete' } as const;

/**
 * Writes a finished run down in MLflow: parameters, metrics, loss by epoch, tags, the dataset, artifacts and, for a published
 * one, a version of the registered model. Found by the tag `segments.run_id`, so that every repeat goes on in the same
 * run; what is complete is left as it is. Then the alias `champion` follows the store's pointer.
 */
export async function trackRun(request: TrackRequest): Promise<TrackingOutcome> {
  const { store, runId, tracking, client } = request;
  const manifest = await readManifest(store, runId);
  const entry = await findRun(store, manifest.asOf, runId);
  const experimentId = await findExperiment(client, tracking.experiment);
  const run =
    (await findTrackedRun(client, experimentId, runId)) ?? (await createRun(client, experimentId, manifest));
  const published = entry?.published ?? false;
  if (tagOf(run, tags.complete) !== completeness(published)) await writeRun(request, manifest, entry, run);
  const version = published ? await registerVersion(client, tracking.model, run.info, manifest) : undefined;
  await moveChampionAlias(client, tracking.model, store);
  return {
    state: 'tracked',
    trackedRunId: run.info.run_id,
    ...(version === undefined ? {} : { modelVersion: version }),
  };
}

/** A held run that is published later is written again, with its new tags. */
const completeness = (published: boolean): string => (published ? 'published' : 'unpublished');

const tagOf = (run: MlflowRun, key: string): string | undefined =>
  run.data?.tags?.find((tag) => tag.key === key)?.value;

async function findExperiment(client: MlflowClient, name: string): Promise<string> {
  interface Found {
    experiment: { experiment_id: string; lifecycle_stage: string };
  }
  const find = (): Promise<Found | undefined> =>
    client.getUnless('RESOURCE_DOES_NOT_EXIST', 'experiments/get-by-name', { experiment_name: name });
  const found = await find();
  if (found?.experiment.lifecycle_stage === 'deleted') {
    const where = `${client.url}: experiment ${name}`;
    throw new SegmentsError('SinkRefused', `${where} is deleted; expected an active one`, {
      where,
      remedy: 'Restore it (mlflow experiments restore), or name another by tracking.experiment.',
    });
  }
  if (found !== undefined) return found.experiment.experiment_id;
  const created = await client.postUnless<{ experiment_id: string }>(
    'RESOURCE_ALREADY_EXISTS',
    'experiments/create',
    {
      name,
      tags: [{ key: 'mlflow.note.content', value: 'One run a month; alias `champion` is what scores.' }],
    },
  );
  // Somebody else may have been first.
  return created?.experiment_id ?? (await find())!.experiment.experiment_id;
}

/** The run of MLflow that stands for `runId`: the oldest, should there be several. */
export async function findTrackedRun(
  client: MlflowClient,
  experimentId: string,
  runId: string,
): Promise<MlflowRun | undefined> {
  const { runs = [] } = await client.post<{ runs?: MlflowRun[] }>('runs/search', {
    experiment_ids: [experimentId],
    filter: `tags.\`${tags.runId}\` = '${runId}'`,
    order_by: ['attributes.start_time ASC'],
    max_results: 1,
  });
  return runs[0];
}

const startOf = ({ timings }: Manifest): number =>
  Math.min(...timings.map(({ startedAt }) => startedAt ?? Infinity));
const endOf = ({ timings }: Manifest): number =>
  Math.max(...timings.map(({ finishedAt }) => finishedAt ?? 0));

/** The tag by which it is found is part of its creation: a lost answer leaves no run that nobody finds. */
async function createRun(client: MlflowClient, experimentId: string, manifest: Manifest): Promise<MlflowRun> {
  const { run } = await client.post<{ run: MlflowRun }>('runs/create', {
    experiment_id: experimentId,
    run_name: `${manifest.asOf} ${manifest.runId.slice(0, 8)}`,
    start_time: startOf(manifest),
    tags: runTags(manifest),
  });
  return run;
}

function runTags({ runId, asOf, summary, codeVersion, fingerprint, comparedWith, method }: Manifest) {
  const values: Record<string, string> = {
    [tags.runId]: runId,
    'segments.as_of': asOf,
    'segments.verdict': summary.verdict,
    'segments.method': method.name,
    'segments.code_version': codeVersion,
    'segments.source_kind': fingerprint.kind,
    'segments.source_fingerprint': fingerprint.sha256,
    ...(fingerprint.version === undefined ? {} : { 'segments.source_version': fingerprint.version }),
    'segments.compared_with': comparedWith?.runId ?? '',
    'segments.artifacts': summary.artifacts,
    'mlflow.source.name': 'stable-segments',
    'mlflow.source.type': 'JOB',
  };
  return Object.entries(values).map(([key, value]) => ({ key, value }));
}

async function writeRun(
  { store, client, signal, onProgress }: TrackRequest,
  manifest: Manifest,
  entry: IndexEntry | undefined,
  { info }: MlflowRun,
): Promise<void> {
  const run_id = info.run_id;
  const read = (name: string): Promise<Uint8Array> => {
    const reference = manifest.files[name];
    if (reference === undefined) throw missing(store, manifest.runId, name);
    return store.fetchBytes(reference, signal);
  };
  const decode = async (name: string): Promise<string> => new TextDecoder().decode(await read(name));
  const comparison = validate(comparisonSchema, JSON.parse(await decode('comparison.json')), {
    code: 'ArtifactVersion',
    where: `${store.uri}/runs/${manifest.runId}/comparison.json`,
    remedy: 'Track this run with the version of this product that wrote it.',
  });

  const chosen =
    manifest.files[latentSettings] && parseSettingsFile(await read(latentSettings), latentSettings).settings;
  for (const params of chunks(runParams(manifest.config, chosen), paramsPerCall))
    await client.post('runs/log-batch', { run_id, params });
  const metrics = runMetrics(manifest, comparison, parseLossCsv(await decode('loss.csv')), endOf(manifest));
  for (const part of chunks(metrics, metricsPerCall))
    await client.post('runs/log-batch', { run_id, metrics: part });
  await client.post('runs/log-inputs', { run_id, datasets: [dataset(manifest)] });
  await uploadArtifacts(client, info.artifact_uri, manifest, read, onProgress);

  const published = entry?.published ?? false;
  const last = [
    { key: 'mlflow.note.content', value: runNote(manifest) },
    { key: 'segments.published', value: String(published) },
  ];
  await client.post('runs/log-batch', { run_id, tags: [...runTags(manifest), ...last] });
  await client.post('runs/update', { run_id, status: 'FINISHED', end_time: endOf(manifest) });
  await client.post('runs/set-tag', { run_id, key: tags.complete, value: completeness(published) });
}

function missing(store: ArtifactStore, runId: string, name: string): SegmentsError {
  const where = `${store.uri}/runs/${runId}/${name}`;
  return new SegmentsError('ArtifactNotFound', `the manifest of ${runId} names no ${name}`, {
    where,
    remedy: 'Run that month again with this version, then track it.',
  });
}

/** The sales as MLflow's dataset input. Its digest is short by MLflow's rule; the whole one is a tag. */
function dataset({ fingerprint, source, ingest, asOf }: Manifest): object {
  const { firstMonth } = ingest;
  return {
    tags: [{ key: 'mlflow.data.context', value: 'training' }],
    dataset: {
      name: `sales-${fingerprint.kind}`,
      digest: fingerprint.sha256.slice(0, 32),
      source_type: fingerprint.kind,
      source: JSON.stringify(publicSource(source)),
      profile: JSON.stringify({
        num_rows: ingest.used,
        rejected: ingest.rejected,
        firstMonth,
        lastMonth: asOf,
      }),
    },
  };
}

const artifactScheme = z.string().regex(/^mlflow-artifacts:/);

/** Uploads through the server's proxy; where the server has none, the tag `segments.artifacts` leads to our own store. */
async function uploadArtifacts(
  client: MlflowClient,
  artifactUri: string,
  manifest: Manifest,
  read: (name: string) => Promise<Uint8Array>,
  onProgress: OnProgress,
): Promise<void> {
  if (!artifactScheme.safeParse(artifactUri).success) return;
  const root = artifactUri.replace(/^mlflow-artifacts:(\/\/[^/]+)?\/*/, '');
  const put = async (target: string, bytes: Uint8Array, mediaType: string): Promise<void> => {
    await client.putArtifact(`${root}/${target}`, bytes, mediaType);
    onProgress({ phase: 'artifacts', done: ++done, total });
  };
  const total = describing.length + model.length + 5;
  let done = 0;
  for (const name of describing) await put(name, await read(name), runFiles[name].mediaType);
  for (const name of model) await put(`model/${name}`, await read(name), runFiles[name].mediaType);
  const topology = await read('autoencoder/model.json');
  const weights = await read('autoencoder/weights.bin');
  await put('model/autoencoder/model.json', topology, runFiles['autoencoder/model.json'].mediaType);
  await put('model/autoencoder/weights.bin', weights, runFiles['autoencoder/weights.bin'].mediaType);
  const encoder = loadAutoencoder(topology, weights);
  await put('model/encoder.onnx', encoderOnnx(encoder), 'application/octet-stream');
  await put('model/MLmodel', new TextEncoder().encode(mlmodelFile(encoder)), 'application/yaml');
  const shown = { ...manifest, source: publicSource(manifest.source) };
  const text = new TextEncoder().encode(`${JSON.stringify(shown, null, 2)}\n`);
  await put('manifest.json', text, 'application/json');
}

function* chunks<T>(values: readonly T[], size: number): Generator<readonly T[]> {
  for (let from = 0; from < values.length; from += size) yield values.slice(from, from + size);
}
