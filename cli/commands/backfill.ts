import { type Command, Option } from 'commander';
import { openStore } from '../../shared/artifacts/open-store.js';
import { validate } from '../../shared/contracts/validate.js';
import {
  backfillInputSchema,
  type BackfillRequest,
  type BackfillRow,
} from '../../shared/contracts/workflow-inputs.js';
import { execute } from '../execute.js';
import { createOutput } from '../output.js';
import { printBackfill } from '../print-result.js';
import { resolveSettings, runInput } from '../settings.js';
import {
  type CommonFlags,
  engineOption,
  interruptOption,
  methodOptions,
  outputOptions,
  settingsOption,
  storeOption,
} from '../shared-options.js';

interface BackfillFlags extends CommonFlags {
  readonly from?: string;
  readonly to?: string;
  readonly onFailure?: 'stop' | 'skip';
  readonly resume?: boolean;
  readonly id?: string;
}

/** `segments backfill`: month after month, each compared with the one before. */
export function addBackfillCommand(program: Command): void {
  const command = program
    .command('backfill')
    .description('runs for consecutive months, in order, each compared with the one before')
    .addOption(new Option('--from <YYYY-MM>', 'first as-of month').env('SEGMENTS_FROM'))
    .addOption(new Option('--to <YYYY-MM>', 'last as-of month, included').env('SEGMENTS_TO'))
    .addOption(
      new Option('--on-failure <what>', 'what a month that fails does')
        .choices(['stop', 'skip'])
        .env('SEGMENTS_ON_FAILURE'),
    )
    .addOption(
      new Option('--id <workflow-id>', 'workflow ID; default backfill-<from>-<to>').env(
        'SEGMENTS_WORKFLOW_ID',
      ),
    )
    .option('--resume', 'take months as done that have a finished run of the same source and config')
    .addHelpText(
      'after',
      '\nExample:\n  segments backfill --source parquet:sales.parquet --from 2017-10 --to 2017-12',
    );
  outputOptions(interruptOption(engineOption(settingsOption(storeOption(methodOptions(command)))))).action(
    async (flags: BackfillFlags) => {
      const output = createOutput(flags);
      const settings = await resolveSettings(flags, process.env);
      const request = {
        from: flags.from ?? settings.file.from,
        to: flags.to ?? settings.file.to,
        ...runInput(settings),
        onFailure: flags.onFailure ?? settings.file.onFailure ?? 'stop',
        resume: flags.resume ?? false,
      };
      const { from, to } = validate(backfillInputSchema, request, {
        code: 'InvalidInput',
        where: 'segments backfill',
        remedy: 'Correct the flags named; segments backfill --help shows them.',
      });
      const id = flags.id ?? `backfill-${from}-${to}`;
      const where = { ...settings, onInterrupt: flags.onInterrupt };
      const result = await execute('backfill', id, request as BackfillRequest, where, output);
      await printBackfill(result as BackfillRow[], openStore(settings.artifacts), output);
    },
  );
}
