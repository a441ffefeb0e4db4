import { type Command, InvalidArgumentError, Option } from 'commander';
import { openStore } from '../../shared/artifacts/open-store.js';
import { pruneRuns } from '../../shared/artifacts/prune-runs.js';
import { createOutput } from '../output.js';
import { formatTable } from '../run-table.js';
import { resolveSettings } from '../settings.js';
import { type CommonFlags, outputOptions, settingsOption, storeOption } from '../shared-options.js';

interface PruneFlags extends CommonFlags {
  readonly keep: number;
  readonly dryRun?: boolean;
}

function months(text: string): number {
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('expected a number of months, at least 1');
}

/** `segments runs prune`: retention. */
export function addPruneCommand(runs: Command): void {
  const command = runs
    .command('prune')
    .description(
      'remove runs older than the newest months; never the champion, a held run that waits, or what a kept run was compared with',
    )
    .addOption(
      new Option('--keep <months>', 'keep every run of so many of the newest as-of months')
        .argParser(months)
        .makeOptionMandatory(),
    )
    .option('--dry-run', 'say what would be removed, and remove nothing')
    .addHelpText('after', '\nExample:\n  segments runs prune --keep 24 --dry-run');
  outputOptions(settingsOption(storeOption(command))).action(async (flags: PruneFlags) => {
    const output = createOutput(flags);
    const store = openStore((await resolveSettings(flags, process.env)).artifacts);
    const dryRun = flags.dryRun ?? false;
    const pruning = await pruneRuns(store, {
      keepMonths: flags.keep,
      dryRun,
      signal: new AbortController().signal,
      onRemoved: (run) => output.note(`removed ${run}`),
    });
    output.json({ store: store.uri, dryRun, ...pruning });
    const rows = [
      ...pruning.keep.map(({ run, why }) => [run.asOf, run.runId, 'kept', why]),
      ...pruning.remove.map((run) => [run.asOf, run.runId, dryRun ? 'would go' : 'removed', run.verdict]),
    ];
    output.print(
      formatTable(
        ['as-of', 'run', '', ''],
        rows.sort((a, b) => (a[0]! < b[0]! ? -1 : 1)),
      ),
    );
    for (const run of pruning.resumed)
      output.print(`${run}: removal of an earlier call ${dryRun ? 'to be ' : ''}ended`);
    if (pruning.unfinished.length > 0)
      output.print(
        `${pruning.unfinished.length} unfinished runs left alone: ${pruning.unfinished.join(', ')}`,
      );
    if (!dryRun) output.print(`${pruning.removed} objects removed from ${store.uri}`);
  });
}
