import { type Manifest, manifestSchema } from '../../shared/artifacts/manifest.js';
import { findRun, type IndexEntry, moveChampion, recordRun } from '../../shared/artifacts/run-index.js';
import { type ArtifactStore } from '../../shared/artifacts/store.js';
import { configSchema } from '../../shared/contracts/config.js';
import { type Reference } from '../../shared/contracts/reference.js';
import { type RunSummary } from '../../shared/contracts/run-summary.js';

export interface StoredRunOptions {
  readonly runId: string;
  readonly asOf: string;
  readonly comparedWith?: { readonly runId: string; readonly asOf: string };
  readonly verdict?: RunSummary['verdict'];
  /** False: finished, but not in the index. */
  readonly publish?: boolean;
  readonly finishedAt?: number;
  /** Number of small files besides the manifest. */
  readonly files?: number;
}

const structure = { clusters: 2, noise: 0.1, largestShare: 0.5, effectiveClusters: 2 };
const kept = { latent: null, mixture: null, raw: null, pca: null, untrained: null };

/** Writes a finished run of small files, as publishing leaves it: files, manifest, index, champion. */
export async function writeStoredRun(store: ArtifactStore, options: StoredRunOptions): Promise<Manifest> {
  const { runId, asOf, comparedWith = null, verdict = 'published', publish = true, finishedAt = 1 } = options;
  const files: Record<string, Reference> = {};
  const names = Array.from(
    { length: options.files ?? 3 },
    (_, i) => `part-${String(i).padStart(4, '0')}.bin`,
  );
  for (let from = 0; from < names.length; from += 16) {
    await Promise.all(
      names.slice(from, from + 16).map(async (name) => {
        const bytes = new TextEncoder().encode(`${runId}/${name}`);
        files[name] = await store.putBytes(`runs/${runId}/${name}`, bytes, { rows: 0 });
      }),
    );
  }
  const manifest = manifestSchema.parse({
    version: 1,
    runId,
    asOf,
    source: { kind: 'csv', path: '/sales.csv' },
    fingerprint: { kind: 'csv', sha256: 'a'.repeat(64), bytes: 1, rows: 1 },
    ingest: {
      ...{ read: 1, used: 1, rejected: 0, rejectedByReason: {}, duplicatesSummed: 0, afterAsOf: 0 },
      ...{ firstMonth: asOf, lastMonth: asOf },
    },
    eligibility: { retailers: 1, eligible: 1, failed: {} },
    features: { missing: {}, leftOut: [] },
    training: {
      ...{ backend: 'typed-array', epochs: 1, bestEpoch: 1, warm: false, trainLoss: 1, validationLoss: null },
    },
    method: { name: 'mixture', reasons: [] },
    seeds: { run: 42 },
    config: configSchema.parse({}),
    codeVersion: 'test',
    comparedWith,
    summary: {
      ...{ runId, asOf, retailers: 1, eligible: 1, latent: structure, raw: null, mixture: structure },
      ...{ controls: { pca: structure, untrained: structure }, method: 'mixture', segments: structure },
      ...{
        comparedWith: comparedWith?.runId ?? null,
        shareKept: null,
        keptBySpace: kept,
        verdict,
        reasons: [],
      },
      ...{ champion: false, artifacts: `${store.uri}/runs/${runId}` },
    },
    files,
    timings: [{ stage: 'gate', state: 'done', startedAt: 0, finishedAt }],
  });
  const bytes = new TextEncoder().encode(JSON.stringify(manifest));
  const reference = await store.putBytes(`runs/${runId}/manifest.json`, bytes, { rows: 0 });
  const published = verdict !== 'held';
  const entry: IndexEntry = {
    ...{ runId, asOf, verdict, published, finishedAt, manifest: reference },
    metrics: { segments: 2, noise: 0.1, largestShare: 0.5, shareKept: null },
  };
  if (publish) {
    await recordRun(store, entry);
    if (published) await moveChampion(store, entry);
  }
  return manifest;
}

/** The same without files: its entry in the index. */
export async function storeRun(
  store: ArtifactStore,
  run: Pick<StoredRunOptions, 'runId' | 'asOf' | 'verdict' | 'finishedAt'>,
): Promise<IndexEntry> {
  await writeStoredRun(store, { finishedAt: 1000, ...run, files: 0 });
  return (await findRun(store, run.asOf, run.runId))!;
}
