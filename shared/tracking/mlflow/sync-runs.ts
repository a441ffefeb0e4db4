import { listRuns } from '../../artifacts/run-index.js';
import { type ArtifactStore } from '../../artifacts/store.js';
import { type TrackingOutcome } from '../../contracts/deliveries.js';
import { type Tracking } from '../../contracts/sink.js';
import { SegmentsError } from '../../errors.js';
import { type MlflowClient } from './mlflow-client.js';
import { trackRun } from './track-run.js';

export interface SyncedRun {
  readonly runId: string;
  readonly asOf: string;
  readonly outcome: TrackingOutcome;
}

/**
 * Tracks every run of the index, oldest month first, and moves the alias; what MLflow has already is left as it is. A run
 * that cannot be tracked is named and does not keep the others back, unless the server itself does not answer.
 * @throws SegmentsError SinkUnavailable, CredentialsRefused
 */
export async function syncRuns(
  store: ArtifactStore,
  tracking: Tracking,
  client: MlflowClient,
  signal: AbortSignal,
  onRun: (run: SyncedRun) => void,
): Promise<SyncedRun[]> {
  const synced: SyncedRun[] = [];
  for (const { runId, asOf } of await listRuns(store)) {
    signal.throwIfAborted();
    const outcome = await trackRun({
      store,
      runId,
      tracking,
      client,
      signal,
      onProgress: () => undefined,
    }).catch((error: unknown): TrackingOutcome => {
      const ends =
        !(error instanceof SegmentsError) || error.retryable || error.code === 'CredentialsRefused';
      if (ends) throw error;
      return { state: 'failed', problem: error.message };
    });
    const run = { runId, asOf, outcome };
    onRun(run);
    synced.push(run);
  }
  return synced;
}
