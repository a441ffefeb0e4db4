import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readManifest } from '../shared/artifacts/manifest.js';
import { type ArtifactStore } from '../shared/artifacts/store.js';
import { withDuckDb } from '../shared/duckdb/with-duckdb.js';
import { type ComparedRun, compareRuns } from '../shared/stability/compare-runs.js';
import { type Comparison } from '../shared/stability/comparison-schema.js';
import { texts, valuesOf } from '../shared/tabular/column.js';
import { readColumns } from '../shared/tabular/parquet.js';

/** Compares any two finished runs of a store by their assignments. */
export async function compareStoredRuns(
  store: ArtifactStore,
  earlier: string,
  later: string,
): Promise<Comparison> {
  const scratch = await mkdtemp(path.join(tmpdir(), 'segments-compare-'));
  try {
    return compareRuns({
      previous: await storedRun(store, earlier, scratch),
      current: await storedRun(store, later, scratch),
    });
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function storedRun(store: ArtifactStore, runId: string, scratch: string): Promise<ComparedRun> {
  const { asOf, summary, files } = await readManifest(store, runId);
  const local = path.join(scratch, `${runId}.parquet`);
  await store.fetchFile(files['assignments.parquet']!, local);
  const table = await withDuckDb({ memoryLimit: '1GB', threads: 1, scratch }, (db) =>
    readColumns(db, local, ['shop_id', 'segment_id']),
  );
  return {
    asOf,
    method: summary.method,
    shopIds: texts(table, 'shop_id'),
    segmentIds: valuesOf(table, 'segment_id', 'text'),
    structure: {
      segments: summary.segments,
      latent: summary.latent,
      mixture: summary.mixture,
      raw: summary.raw,
      controls: summary.controls,
    },
  };
}
