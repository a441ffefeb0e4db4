import { type Command } from 'commander';
import { createActivities } from '../../activities/create-activities.js';
import { readManifest } from '../../shared/artifacts/manifest.js';
import { openStore } from '../../shared/artifacts/open-store.js';
import { findRun } from '../../shared/artifacts/run-index.js';
import { type ArtifactStore } from '../../shared/artifacts/store.js';
import { type Deliveries, deliveriesSchema, type Delivery } from '../../shared/contracts/deliveries.js';
import { SegmentsError } from '../../shared/errors.js';
import { sinkName } from '../../shared/sinks/sink-name.js';
import { errorOfFailure } from '../../workers/error-of-failure.js';
import { exitCodes } from '../exit-codes.js';
import { createOutput } from '../output.js';
import { processDependencies } from '../process-dependencies.js';
import { formatTable } from '../run-table.js';
import { resolveSettings } from '../settings.js';
import { type CommonFlags, outputOptions, settingsOption, storeOption } from '../shared-options.js';

/** `segments runs deliver`: what a sink missed while it was down. */
export function addDeliverCommand(runs: Command): void {
  const command = runs
    .command('deliver <run-id>')
    .description('deliver a published run to the sinks of the settings file, again or for the first time');
  outputOptions(settingsOption(storeOption(command))).action(async (runId: string, flags: CommonFlags) => {
    const output = createOutput(flags);
    const settings = await resolveSettings(flags, process.env);
    const store = openStore(settings.artifacts);
    const { asOf, files } = await readManifest(store, runId);
    const entry = await findRun(store, asOf, runId);
    if (entry?.published !== true || settings.file.sinks.length === 0) {
      const found =
        entry?.published === true ? 'no sinks in the settings file' : `a run that is not published`;
      throw new SegmentsError('InvalidInput', `found ${found}; expected a published run and sinks`, {
        where: entry?.published === true ? 'sinks' : runId,
        remedy: 'Only published runs are delivered, to the sinks that segments.config.yaml names.',
      });
    }
    const run = { runId, asOf, store: store.uri, folder: `runs/${runId}` };
    const deps = processDependencies(process.env, settings.artifacts);
    const { signal } = new AbortController();
    const activities = createActivities({
      ...deps,
      scope: () => ({ signal, lastHeartbeat: undefined, heartbeat: () => undefined }),
    });
    const deliveries: Delivery[] = [];
    try {
      for (const sink of settings.file.sinks) {
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
    output.json({ runId, deliveries });
    const rows = deliveries.map(({ sink, state, rows: count, problem }) => [
      sink,
      state,
      count === undefined ? '–' : String(count),
      problem ?? '',
    ]);
    output.print(formatTable(['sink', '', 'rows', ''], rows));
    if (deliveries.some(({ state }) => state === 'failed')) process.exitCode = exitCodes.failed;
  });
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
