import { readManifest } from '../shared/artifacts/manifest.js';
import { type ArtifactStore } from '../shared/artifacts/store.js';
import { type RunSummary } from '../shared/contracts/run-summary.js';

/** The figures of the runs named, in the order given; rows without a run (failed months) are passed over. */
export async function readSummaries(
  store: ArtifactStore,
  rows: readonly { readonly runId?: string | undefined }[],
): Promise<RunSummary[]> {
  const summaries: RunSummary[] = [];
  for (const { runId } of rows) {
    if (runId !== undefined) summaries.push((await readManifest(store, runId)).summary);
  }
  return summaries;
}
