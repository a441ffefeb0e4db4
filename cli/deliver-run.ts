import { createActivities } from '../activities/create-activities.js';
import { readManifest } from '../shared/artifacts/manifest.js';
import { findRun } from '../shared/artifacts/run-index.js';
import { type ArtifactStore } from '../shared/artifacts/store.js';
import { type Deliveries, deliveriesSchema, type Delivery } from '../shared/contracts/deliveries.js';
import { type Sink } from '../shared/contracts/sink.js';
import { SegmentsError } from '../shared/errors.js';
import { sinkName } from '../shared/sinks/sink-name.js';
import { errorOfFailure } from '../workers/error-of-failure.js';
import { processDependencies } from './process-dependencies.js';
import { formatTable } from './run-table.js';

/**
 * Hands a published run to sinks from this process, again or for the first time, and notes in `deliveries.json` how each
 * took it. A sink that fails is in the answer. @throws SegmentsError RunNotFound, InvalidInput
 */
export async function deliverRun(
  store: ArtifactStore,
  runId: string,
  sinks: readonly Sink[],
  env: NodeJS.ProcessEnv,
): Promise<Delivery[]> {
  const { asOf, files } = await readManifest(store, runId);
  const entry = await findRun(store, asOf, runId);
  if (entry?.published !== true || sinks.length === 0) {
    const found = entry?.published === true ? 'no sinks in the settings file' : `a run that is not published`;
    throw new SegmentsError('InvalidInput', `found ${found}; expected a published run and sinks`, {
      where: entry?.published === true ? 'sinks' : runId,
      remedy: 'Only published runs are delivered, to the sinks that segments.config.yaml names.',
    });
  }
  const run = { runId, asOf, store: store.uri, folder: `runs/${runId}` };
  const deps = processDependencies(env, store.uri);
  const { signal } = new AbortController();
  const activities = createActivities({
    ...deps,
    scope: () => ({ signal, lastHeartbeat: undefined, heartbeat: () => undefined }),
  });
  const deliveries: Delivery[] = [];
  try {
    for (const sink of sinks) {
      try {
        const input = { run, files, sink, model: undefined, finishedAt: entry.finishedAt };
        deliveries.push((await activities.deliver(input)).delivery);
      } catch (failure) {
        const error = errorOfFailure(failure);
        if (!(error instanceof SegmentsError)) throw error;
        deliveries.push({ sink: sinkName(sink), state: 'failed', problem: error.message });
      }
    }
    const before = await recorded(store, runId);
    const others = before.deliveries.filter(({ sink }) => deliveries.every((now) => now.sink !== sink));
    await activities.recordDeliveries({
      run,
      deliveries: [...others, ...deliveries],
      tracking: before.tracking,
    });
  } finally {
    await deps.close();
  }
  return deliveries;
}

export function deliveriesTable(deliveries: readonly Delivery[]): string {
  const rows = deliveries.map(({ sink, state, rows: count, problem }) => [
    sink,
    state,
    count === undefined ? '–' : String(count),
    problem ?? '',
  ]);
  return formatTable(['sink', '', 'rows', ''], rows);
}

/** What `deliveries.json` says so far: delivering again changes nothing of other sinks and of the tracking server. */
async function recorded(
  store: ArtifactStore,
  runId: string,
): Promise<Pick<Deliveries, 'deliveries' | 'tracking'>> {
  const found = await store.read(`runs/${runId}/deliveries.json`);
  if (found === undefined) return { deliveries: [], tracking: null };
  return deliveriesSchema.parse(JSON.parse(new TextDecoder().decode(found.bytes)));
}
