import { type Command } from 'commander';
import { temporalConfig } from '../../temporal.config.js';
import { startWorkers, quietRuntime } from '../../workers/temporal-workers.js';
import { openLocalServer } from '../../infra/temporal/local-server.js';
import { serverIsNamed, stateFolder } from '../open-engine.js';
import { createOutput } from '../output.js';
import { processDependencies } from '../process-dependencies.js';
import { resolveSettings } from '../settings.js';
import { type CommonFlags, outputOptions, settingsOption, storeOption } from '../shared-options.js';
import { untilInterrupted } from '../until-interrupted.js';

/** `segments worker`: works on both task queues until told to stop. */
export function addWorkerCommand(program: Command): void {
  const command = program
    .command('worker')
    .description(
      'a worker for both task queues, on the server of the Temporal profile (or of `segments dev`), until SIGTERM',
    )
    .addHelpText('after', '\nExample:\n  TEMPORAL_ADDRESS=127.0.0.1:7233 segments worker');
  outputOptions(settingsOption(storeOption(command))).action(async (flags: CommonFlags) => {
    const output = createOutput(flags);
    const settings = await resolveSettings(flags, process.env);
    quietRuntime('WARN');
    const server = serverIsNamed()
      ? undefined
      : await openLocalServer({ folder: stateFolder(), shared: true, env: process.env, say: output.note });
    const deps = processDependencies(process.env, settings.artifacts);
    try {
      const workers = await startWorkers(server, deps);
      const { orchestration, compute } = temporalConfig.taskQueues;
      output.note(`worker ready on ${orchestration} and ${compute}; Ctrl-C to stop`);
      output.json({ ready: true, taskQueues: [orchestration, compute], pid: process.pid });
      await Promise.race([untilInterrupted(), workers.done]);
      output.note(`stopping: running stages get ${temporalConfig.worker.shutdownGraceTime} to finish`);
      await workers.stop();
    } finally {
      await deps.close();
      await server?.release();
    }
  });
}
