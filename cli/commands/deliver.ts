import { type Command } from 'commander';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { deliver } from '../../activities/deliver.js';
import { recordDeliveries } from '../../activities/record-deliveries.js';
import { type StageTools } from '../../activities/stage-tools.js';
import { readManifest } from '../../shared/artifacts/manifest.js';
import { openStore } from '../../shared/artifacts/open-store.js';
import { findRun } from '../../shared/artifacts/run-index.js';
import { type ArtifactStore } from '../../shared/artifacts/store.js';
import { deliveriesSchema, type Delivery, type TrackingOutcome } from '../../shared/contracts/deliveries.js';
import { SegmentsError } from '../../shared/errors.js';
import { sinkName } from '../../shared/sinks/sink-name.js';
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
    const deliveries: Delivery[] = [];
    try {
      for (const sink of settings.file.sinks) {
        await mkdir(deps.scratchRoot, { recursive: true });
        const tools: StageTools = {
          ...deps,
          scratch: await mkdtemp(path.join(deps.scratchRoot, 'deliver-')),
          signal: new AbortController().signal,
          onProgress: () => undefined,
          checkpoint: () => undefined,
          lastCheckpoint: undefined,
          indexed: false,
        };
        try {
          const input = { run, files, sink, model: undefined, finishedAt: entry.finishedAt };
          deliveries.push((await deliver(tools, input)).delivery);
        } catch (error) {
          if (!(error instanceof SegmentsError)) throw error;
          deliveries.push({ sink: sinkName(sink), state: 'failed', problem: error.message });
        } finally {
          await rm(tools.scratch, { recursive: true, force: true });
        }
      }
      const tools = { ...deps, scratch: '', signal: new AbortController().signal } as unknown as StageTools;
      await recordDeliveries(tools, { run, deliveries, tracking: await trackingOf(store, runId) });
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

/** What `deliveries.json` says of the tracking server: delivering again does not change it. */
async function trackingOf(store: ArtifactStore, runId: string): Promise<TrackingOutcome | null> {
  const found = await store.read(`runs/${runId}/deliveries.json`);
  if (found === undefined) return null;
  return deliveriesSchema.parse(JSON.parse(new TextDecoder().decode(found.bytes))).tracking;
}
