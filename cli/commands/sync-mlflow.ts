import { type Command, Option } from 'commander';
import { openStore } from '../../shared/artifacts/open-store.js';
import { trackingSchema } from '../../shared/contracts/sink.js';
import { validate } from '../../shared/contracts/validate.js';
import { createMlflowClient } from '../../shared/tracking/mlflow/mlflow-client.js';
import { syncRuns } from '../../shared/tracking/mlflow/sync-runs.js';
import { trackingServer } from '../../shared/tracking/mlflow/tracking-server.js';
import { exitCodes } from '../exit-codes.js';
import { createOutput } from '../output.js';
import { formatTable } from '../run-table.js';
import { resolveSettings } from '../settings.js';
import { type CommonFlags, outputOptions, settingsOption, storeOption } from '../shared-options.js';

interface SyncFlags extends CommonFlags {
  readonly url?: string;
  readonly experiment?: string;
  readonly model?: string;
}

/** `segments runs sync-mlflow`: what MLflow missed while it was down. */
export function addSyncMlflowCommand(runs: Command): void {
  const command = runs
    .command('sync-mlflow')
    .description('track every run that MLflow lacks, and point its alias at the champion')
    .addOption(new Option('--url <address>', 'default: tracking.url of the settings, MLFLOW_TRACKING_URI'))
    .option('--experiment <name>', 'default: tracking.experiment of the settings, stable-segments')
    .option('--model <name>', 'default: tracking.model of the settings, stable-segments');
  outputOptions(settingsOption(storeOption(command))).action(async (flags: SyncFlags) => {
    const output = createOutput(flags);
    const settings = await resolveSettings(flags, process.env);
    const given = Object.fromEntries(
      (['url', 'experiment', 'model'] as const).flatMap((name) =>
        flags[name] === undefined ? [] : [[name, flags[name]]],
      ),
    );
    const tracking = validate(
      trackingSchema,
      { ...(settings.file.tracking ?? { kind: 'mlflow' }), ...given },
      {
        code: 'InvalidInput',
        where: 'segments runs sync-mlflow',
        remedy: 'Correct the flags named; segments runs sync-mlflow --help shows them.',
      },
    );
    const { signal } = new AbortController();
    const client = createMlflowClient(trackingServer(tracking, process.env), signal);
    const synced = await syncRuns(openStore(settings.artifacts), tracking, client, signal, (run) =>
      output.note(`${run.asOf} ${run.runId} ${run.outcome.state}`),
    );
    output.json({ url: client.url, runs: synced });
    const rows = synced.map(({ asOf, runId, outcome }) => [
      asOf,
      runId,
      outcome.trackedRunId ?? '–',
      outcome.modelVersion ?? '–',
      outcome.problem ?? '',
    ]);
    output.print(formatTable(['as-of', 'run', 'in MLflow', 'model version', ''], rows));
    if (synced.some(({ outcome }) => outcome.state === 'failed')) process.exitCode = exitCodes.failed;
  });
}
