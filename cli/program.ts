import { Command } from 'commander';
import { addBackfillCommand } from './commands/backfill.js';
import { addCodecServerCommand } from './commands/codec-server.js';
import { addCompletionCommand } from './commands/completion.js';
import { addDoctorCommand } from './commands/doctor.js';
import { addExplainCommand } from './commands/explain.js';
import { addFollowCommand } from './commands/follow.js';
import { addInitCommand } from './commands/init.js';
import { addReportCommand } from './commands/report.js';
import { addRescoreCommand } from './commands/rescore.js';
import { addRunCommand } from './commands/run.js';
import { addRunsCommand } from './commands/runs.js';
import { addSampleCommand } from './commands/sample.js';
import { addScheduleCommand } from './commands/schedule.js';
import { addSchemaCommand } from './commands/schema.js';
import { addServeCommand } from './commands/serve.js';
import { addStartCommands } from './commands/start.js';
import { addUiCommand } from './commands/ui.js';
import { addWorkerCommand } from './commands/worker.js';

/** The `segments` command with all that it can do; nothing runs before it is parsed. */
export function createProgram(version: string): Command {
  const program = new Command('segments')
    .description('Retailer segments that survive retraining.')
    .version(version)
    .showHelpAfterError('(segments --help shows the commands)')
    .configureOutput({ writeErr: (text) => process.stderr.write(text) })
    .exitOverride();

  addStartCommands(program);
  addInitCommand(program);
  addRunCommand(program);
  addBackfillCommand(program);
  addRescoreCommand(program);
  addFollowCommand(program);
  addWorkerCommand(program);
  addRunsCommand(program);
  addReportCommand(program);
  addUiCommand(program);
  addExplainCommand(program);
  addSampleCommand(program);
  addDoctorCommand(program);
  addScheduleCommand(program);
  addServeCommand(program);
  addSchemaCommand(program);
  addCodecServerCommand(program);
  addCompletionCommand(program);
  return program;
}
