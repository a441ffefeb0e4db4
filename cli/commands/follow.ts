import { type Command } from 'commander';
import { openStore } from '../../shared/artifacts/open-store.js';
import { type Outcomes } from '../../shared/contracts/deliveries.js';
import { type RescoreSummary } from '../../shared/contracts/rescore-summary.js';
import { type RunSummary } from '../../shared/contracts/run-summary.js';
import { type BackfillRow } from '../../shared/contracts/workflow-inputs.js';
import { comeBack } from '../execute.js';
import { createOutput } from '../output.js';
import { printBackfill, printRescore, printRun } from '../print-result.js';
import { resolveSettings } from '../settings.js';
import {
  type CommonFlags,
  interruptOption,
  outputOptions,
  settingsOption,
  storeOption,
} from '../shared-options.js';

/** `segments follow`: back to a workflow that was left running. */
export function addFollowCommand(program: Command): void {
  const command = program
    .command('follow <workflow-id>')
    .description('come back to a workflow that runs on the server: its stages, then its result')
    .addHelpText('after', '\nExample:\n  segments follow retrain-2023-12');
  outputOptions(interruptOption(settingsOption(storeOption(command)))).action(
    async (workflowId: string, flags: CommonFlags) => {
      const output = createOutput(flags);
      const { artifacts } = await resolveSettings(flags, process.env);
      const where = { engine: 'temporal', artifacts, onInterrupt: flags.onInterrupt } as const;
      const { type, result } = await comeBack(workflowId, where, output);
      if (type === 'retrain') printRun(result as RunSummary & Outcomes, output);
      else if (type === 'backfill')
        await printBackfill(result as BackfillRow[], openStore(artifacts), output);
      else printRescore(result as RescoreSummary & Outcomes, output);
    },
  );
}
