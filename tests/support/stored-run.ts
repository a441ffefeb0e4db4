import { manifestSchema } from '../../shared/artifacts/manifest.js';
import { type IndexEntry, moveChampion, recordRun } from '../../shared/artifacts/run-index.js';
import { type ArtifactStore } from '../../shared/artifacts/store.js';
import { configSchema } from '../../shared/contracts/config.js';
import { type Verdict } from '../../shared/contracts/run-summary.js';

const structure = { clusters: 2, noise: 0.1, largestShare: 0.5, effectiveClusters: 2 };

/** Puts a finished run of the given month and verdict into a store, as far as index and manifest go: it has no files. */
export async function storeRun(
  store: ArtifactStore,
  run: { runId: string; asOf: string; verdict: Verdict; finishedAt?: number },
): Promise<IndexEntry> {
  const { runId, asOf, verdict, finishedAt = 1000 } = run;
  const manifest = manifestSchema.parse({
    version: 1,
    runId,
    asOf,
    source: { kind: 'csv', path: '/data/sales.csv' },
    fingerprint: { kind: 'csv', sha256: 'a'.repeat(64), bytes: 1, rows: 1 },
    ingest: {
      read: 1,
      used: 1,
      rejected: 0,
      rejectedByReason: {},
      duplicatesSummed: 0,
      afterAsOf: 0,
      firstMonth: asOf,
      lastMonth: asOf,
    },
    eligibility: { retailers: 1, eligible: 1, failed: {} },
    features: { missing: {}, leftOut: [] },
    training: {
      backend: 'typed-array',
      epochs: 1,
      bestEpoch: 1,
      warm: false,
      trainLoss: 0,
      validationLoss: null,
    },
    method: { name: 'mixture', reasons: [] },
    seeds: { run: 42 },
    config: configSchema.parse({}),
    codeVersion: 'test',
    comparedWith: null,
    summary: {
      runId,
      asOf,
      retailers: 1,
      eligible: 1,
      latent: structure,
      raw: null,
      mixture: structure,
      controls: { pca: structure, untrained: structure },
      method: 'mixture',
      segments: structure,
      comparedWith: null,
      shareKept: null,
      keptBySpace: { latent: null, mixture: null, raw: null, pca: null, untrained: null },
      verdict,
      reasons: [],
      champion: false,
      artifacts: `${store.uri}/runs/${runId}`,
    },
    files: {},
    timings: [],
  });
  const bytes = new TextEncoder().encode(JSON.stringify(manifest));
  const entry: IndexEntry = {
    runId,
    asOf,
    verdict,
    published: verdict !== 'held',
    finishedAt,
    manifest: await store.putBytes(`runs/${runId}/manifest.json`, bytes, { rows: 0 }),
    metrics: { segments: 2, noise: 0.1, largestShare: 0.5, shareKept: null },
  };
  await recordRun(store, entry);
  if (entry.published) await moveChampion(store, entry);
  return entry;
}
