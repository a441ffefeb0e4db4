import { type Command } from 'commander';
import { openStore } from '../../shared/artifacts/open-store.js';
import { deliverRun, deliveriesTable } from '../deliver-run.js';
import { exitCodes } from '../exit-codes.js';
import { createOutput } from '../output.js';
import { resolveSettings } from '../settings.js';
import { type CommonFlags, outputOptions, settingsOption, storeOption } from '../shared-options.js';

/** `segments runs deliver`: what a sink missed while it was down. */
export function addDeliverCommand(runs: Command): void {
  const command = runs
    .command('deliver <run-id>')
    .description('deliver a published run to the sinks of the settings file, again or for the first time');
  outputOptions(settingsOption(storeOption(command))).action(async (runId: string, flags: CommonFlags) => {
    const output = createOutput(flags);
    const { artifacts, file } = await resolveSettings(flags, process.env);
    const deliveries = await deliverRun(openStore(artifacts), runId, file.sinks, process.env);
    output.json({ runId, deliveries });
    output.print(deliveriesTable(deliveries));
    if (deliveries.some(({ state }) => state === 'failed')) process.exitCode = exitCodes.failed;
  });
}
