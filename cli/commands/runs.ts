import { type Command } from 'commander';
import { readManifest } from '../../shared/artifacts/manifest.js';
import { openStore } from '../../shared/artifacts/open-store.js';
import { listRuns, readChampion } from '../../shared/artifacts/run-index.js';
import { decideRun } from '../decide-run.js';
import { decisionSentence } from '../decision-sentence.js';
import { deliverRun, deliveriesTable } from '../deliver-run.js';
import { exitCodes } from '../exit-codes.js';
import { findClient } from '../open-client.js';
import { createOutput } from '../output.js';
import { compareStoredRuns } from '../compare-stored-runs.js';
import { formatTable, runTable } from '../run-table.js';
import { resolveSettings } from '../settings.js';
import { type CommonFlags, outputOptions, settingsOption, storeOption } from '../shared-options.js';
import { addDeliverCommand } from './deliver.js';
import { addPruneCommand } from './prune.js';
import { addSyncMlflowCommand } from './sync-mlflow.js';

const percent = (value: number | null | undefined): string =>
  value === null || value === undefined ? '–' : `${(100 * value).toFixed(1)}%`;

/** `segments runs …`: what the store holds, and what becomes of it. */
export function addRunsCommand(program: Command): void {
  const runs = program.command('runs').description('the runs of an artifact store');

  const list = runs.command('list').description('all runs by as-of month, the champion marked');
  outputOptions(settingsOption(storeOption(list))).action(async (flags: CommonFlags) => {
    const output = createOutput(flags);
    const store = openStore((await resolveSettings(flags, process.env)).artifacts);
    const [entries, champion] = await Promise.all([listRuns(store), readChampion(store)]);
    output.json({ store: store.uri, champion: champion?.runId ?? null, runs: entries });
    if (entries.length === 0) output.print(`No runs in ${store.uri} yet: segments run makes one.`);
    else {
      const rows = entries.map((entry) => [
        entry.asOf,
        entry.runId,
        entry.decision === undefined ? entry.verdict : `${entry.verdict}, ${entry.decision.outcome}`,
        String(entry.metrics.segments),
        percent(entry.metrics.noise),
        percent(entry.metrics.shareKept),
        entry.runId === champion?.runId ? 'champion' : '',
      ]);
      output.print(formatTable(['as-of', 'run', 'verdict', 'segments', 'noise', 'kept', ''], rows));
    }
  });

  for (const [verb, outcome] of [
    ['approve', 'approved'],
    ['reject', 'rejected'],
  ] as const) {
    const decide = runs
      .command(`${verb} <run-id>`)
      .description(
        outcome === 'approved'
          ? 'publish a held run: it becomes champion unless a later run is, and goes to the sinks'
          : 'leave a held run unpublished for good',
      )
      .requiredOption('--by <name>', 'who decides')
      .requiredOption('--reason <text>', 'why');
    outputOptions(settingsOption(storeOption(decide))).action(
      async (runId: string, flags: CommonFlags & { by: string; reason: string }) => {
        const output = createOutput(flags);
        const { artifacts, file } = await resolveSettings(flags, process.env);
        const store = openStore(artifacts);
        const client = await findClient();
        let result;
        try {
          const request = { by: flags.by, reason: flags.reason };
          result = await decideRun({ store, runId, outcome, request, client, now: Date.now() });
        } finally {
          await client?.connection.close();
        }
        if (result.deliverWith === null || file.sinks.length === 0) {
          output.json(result);
          output.print(decisionSentence(result));
          return;
        }
        // No workflow was found that would deliver it now, so this process does it; twice does no harm.
        output.print(decisionSentence({ ...result, deliverWith: null }));
        const deliveries = await deliverRun(store, runId, file.sinks, process.env);
        const failed = deliveries.some(({ state }) => state === 'failed');
        output.json({ ...result, deliverWith: failed ? result.deliverWith : null, deliveries });
        output.print(deliveriesTable(deliveries));
        if (failed) {
          output.note(`What failed can be delivered again: ${result.deliverWith}`);
          process.exitCode = exitCodes.failed;
        }
      },
    );
  }

  const show = runs.command('show <run-id>').description('the figures and files of one run');
  outputOptions(settingsOption(storeOption(show))).action(async (runId: string, flags: CommonFlags) => {
    const output = createOutput(flags);
    const store = openStore((await resolveSettings(flags, process.env)).artifacts);
    const manifest = await readManifest(store, runId);
    output.json(manifest);
    output.print(runTable(manifest.summary));
    const files = Object.entries(manifest.files).map(([name, { bytes, rows }]) => [
      name,
      String(bytes),
      String(rows),
    ]);
    output.print(`\n${formatTable(['file', 'bytes', 'rows'], files)}\n\n  ${manifest.summary.artifacts}`);
  });

  const compare = runs.command('compare <earlier> <later>').description('two runs on the retailers in both');
  outputOptions(settingsOption(storeOption(compare))).action(
    async (earlier: string, later: string, flags: CommonFlags) => {
      const output = createOutput(flags);
      const store = openStore((await resolveSettings(flags, process.env)).artifacts);
      const comparison = await compareStoredRuns(store, earlier, later);
      output.json(comparison);
      const { retailers, agreement, kept } = comparison;
      const rows = [
        ['retailers in both', String(retailers.common)],
        ['joined', String(retailers.joined)],
        ['left', String(retailers.left)],
        ['kept their segment', percent(kept.share)],
        ['adjusted Rand index', agreement.withNoise?.adjustedRandIndex.toFixed(3) ?? '–'],
        ['adjusted mutual information', agreement.withNoise?.adjustedMutualInformation.toFixed(3) ?? '–'],
        ['variation of information', agreement.withNoise?.variationOfInformation.toFixed(3) ?? '–'],
      ];
      output.print(formatTable(['', 'value'], rows));
    },
  );

  addDeliverCommand(runs);
  addPruneCommand(runs);
  addSyncMlflowCommand(runs);
}
