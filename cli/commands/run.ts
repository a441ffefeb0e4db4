import { type Command, Option } from 'commander';
import { type Outcomes } from '../../shared/contracts/deliveries.js';
import { type RunSummary } from '../../shared/contracts/run-summary.js';
import { retrainInputSchema, type RetrainRequest } from '../../shared/contracts/workflow-inputs.js';
import { validate } from '../../shared/contracts/validate.js';
import { execute } from '../execute.js';
import { createOutput } from '../output.js';
import { printRun } from '../print-result.js';
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

interface RunFlags extends CommonFlags {
  readonly asOf?: string;
  readonly compareTo?: string;
  readonly publish?: boolean;
  readonly id?: string;
}

/** `segments run`: one month, from sales to segments. */
export function addRunCommand(program: Command): void {
  const command = program
    .command('run')
    .description(
      'one run for one as-of month: from monthly sales to segments, compared with the month before',
    )
    .addOption(new Option('--as-of <YYYY-MM>', 'the last month that the run may see').env('SEGMENTS_AS_OF'))
    .addOption(new Option('--compare-to <run>', 'previous, none, or a run ID').env('SEGMENTS_COMPARE_TO'))
    .option('--no-publish', 'compute and keep everything, leave index and champion as they are')
    .addOption(
      new Option('--id <workflow-id>', 'workflow ID; default retrain-<as-of>').env('SEGMENTS_WORKFLOW_ID'),
    )
    .addHelpText(
      'after',
      '\nExample:\n  segments run --source csv:sales.csv --as-of 2023-12 --artifacts file:///data/segments --json',
    );
  outputOptions(interruptOption(engineOption(settingsOption(storeOption(methodOptions(command)))))).action(
    async (flags: RunFlags) => {
      const output = createOutput(flags);
      const settings = await resolveSettings(flags, process.env);
      const request: RetrainRequest = {
        asOf: flags.asOf ?? settings.file.asOf,
        ...runInput(settings),
        compareTo: flags.compareTo ?? settings.file.compareTo ?? 'previous',
        publish: flags.publish === false ? false : (settings.file.publish ?? true),
      };
      const remedy = 'Correct the flags named; segments run --help shows them.';
      validate(retrainInputSchema.required({ asOf: true }), request, {
        code: 'InvalidInput',
        where: 'segments run',
        remedy,
      });
      const id = flags.id ?? `retrain-${request.asOf}`;
      const result = await execute(
        'retrain',
        id,
        request,
        { ...settings, onInterrupt: flags.onInterrupt },
        output,
      );
      printRun(result as RunSummary & Outcomes, output);
    },
  );
}
