#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { addBackfillCommand } from './commands/backfill.js';
import { addCodecServerCommand } from './commands/codec-server.js';
import { addDoctorCommand } from './commands/doctor.js';
import { addReportCommand } from './commands/report.js';
import { addRescoreCommand } from './commands/rescore.js';
import { addRunCommand } from './commands/run.js';
import { addRunsCommand } from './commands/runs.js';
import { addSchemaCommand } from './commands/schema.js';
import { addStartCommands } from './commands/start.js';
import { addWorkerCommand } from './commands/worker.js';
import { exitCodes } from './exit-codes.js';
import { describeError, errorObject, exitCodeOf } from './output.js';
import { codeVersion } from './process-dependencies.js';

const program = new Command('segments')
  .description('Retailer segments that survive retraining.')
  .version(codeVersion())
  .showHelpAfterError('(segments --help shows the commands)')
  .configureOutput({ writeErr: (text) => process.stderr.write(text) })
  .exitOverride();

addStartCommands(program);
addRunCommand(program);
addBackfillCommand(program);
addRescoreCommand(program);
addWorkerCommand(program);
addRunsCommand(program);
addReportCommand(program);
addDoctorCommand(program);
addSchemaCommand(program);
addCodecServerCommand(program);

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  } else {
    if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify(errorObject(error))}\n`);
    process.stderr.write(`${describeError(error)}\n`);
    process.exitCode = exitCodeOf(error);
  }
}
