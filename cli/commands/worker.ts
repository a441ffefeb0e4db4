import { type Command, InvalidArgumentError, Option } from 'commander';
import { installRuntime } from '../../infra/telemetry/install-runtime.js';
import { openTelemetry } from '../../infra/telemetry/telemetry.js';
import { openLocalServer } from '../../infra/temporal/local-server.js';
import { temporalConfig } from '../../temporal.config.js';
import { type QueueName, startWorkers } from '../../workers/temporal-workers.js';
import { serverIsNamed, stateFolder } from '../open-engine.js';
import { createOutput } from '../output.js';
import { codeVersion, processDependencies } from '../process-dependencies.js';
import { resolveSettings } from '../settings.js';
import { type CommonFlags, outputOptions, settingsOption, storeOption } from '../shared-options.js';
import { untilInterrupted } from '../until-interrupted.js';

interface WorkerFlags extends CommonFlags {
  readonly queue: QueueName | 'both';
  readonly slots?: number;
  readonly deployment?: string;
  readonly buildId?: string;
}

/** `segments worker`: works on the task queues until told to stop. */
export function addWorkerCommand(program: Command): void {
  const command = program
    .command('worker')
    .description(
      'a worker for the task queues, on the server of the Temporal profile (or of `segments dev`), until SIGTERM',
    )
    .addOption(
      new Option('--queue <queue>', 'which task queue to work on')
        .choices(['orchestration', 'compute', 'both'])
        .default('both')
        .env('SEGMENTS_QUEUE'),
    )
    .addOption(
      new Option('--slots <n>', 'stages at once on the compute queue')
        .argParser(positiveInteger)
        .env('SEGMENTS_COMPUTE_SLOTS'),
    )
    .addOption(
      new Option('--deployment <name>', 'Worker Versioning: name of the deployment; off without it').env(
        'SEGMENTS_DEPLOYMENT',
      ),
    )
    .addOption(
      new Option('--build-id <id>', "Worker Versioning: this code's ID; default its version").env(
        'SEGMENTS_BUILD_ID',
      ),
    )
    .addHelpText(
      'after',
      '\nExamples:\n  TEMPORAL_ADDRESS=127.0.0.1:7233 segments worker\n' +
        '  SEGMENTS_METRICS_ADDRESS=0.0.0.0:9464 segments worker --queue compute --slots 1',
    );
  outputOptions(settingsOption(storeOption(command))).action(async (flags: WorkerFlags) => {
    const output = createOutput(flags);
    const settings = await resolveSettings(flags, process.env);
    const telemetry = openTelemetry(process.env, { logLevel: 'info', version: codeVersion() });
    installRuntime(telemetry);
    const { log } = telemetry;
    // Warnings of Node and of packages belong into the log, in its form.
    process.removeAllListeners('warning').on('warning', ({ name, message }) => log.warn({ name }, message));
    const server = serverIsNamed()
      ? undefined
      : await openLocalServer({ folder: stateFolder(), shared: true, env: process.env, say: output.note });
    const deps = processDependencies(process.env, settings.artifacts);
    try {
      const queues: QueueName[] = flags.queue === 'both' ? ['orchestration', 'compute'] : [flags.queue];
      const deployment =
        flags.deployment === undefined
          ? undefined
          : { name: flags.deployment, buildId: flags.buildId ?? codeVersion() };
      const workers = await startWorkers(server, deps, {
        telemetry,
        queues,
        deployment,
        ...(flags.slots === undefined ? {} : { computeSlots: flags.slots }),
      });
      const interrupted = untilInterrupted();
      const taskQueues = queues.map((queue) => temporalConfig.taskQueues[queue]);
      log.info({ taskQueues, deployment, version: codeVersion(), pid: process.pid }, 'worker ready');
      output.json({ ready: true, taskQueues, pid: process.pid });
      await Promise.race([interrupted, workers.done]);
      log.info({ grace: temporalConfig.worker.shutdownGraceTime }, 'stopping: running stages get this long');
      await workers.stop();
      log.info('worker stopped');
    } finally {
      await deps.close();
      await server?.release();
      await telemetry.tracing?.close();
    }
  });
}

function positiveInteger(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new InvalidArgumentError('expected a whole number of at least 1');
}
