import { activityInfo, Context } from '@temporalio/activity';
import { DefaultLogger, Runtime, Worker, type WorkerOptions } from '@temporalio/worker';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createActivities } from '../activities/create-activities.js';
import { type ActivityDependencies } from '../activities/stage-tools.js';
import { connectWorker, type ServerAddress } from '../infra/temporal/connect.js';
import { registerSearchAttributes } from '../infra/temporal/search-attributes.js';
import { temporalConfig } from '../temporal.config.js';
import { compiled } from './compiled.js';

export interface RunningWorkers {
  /** Rejects when a worker breaks; resolves after `stop`. */
  readonly done: Promise<void>;
  /** Lets running stages finish within the grace time, then cancels them, and closes the connection. */
  stop(): Promise<void>;
}

/** Sends the SDK's own warnings to standard error; everything below would drown a terminal. Call once a process. */
export function quietRuntime(level: 'WARN' | 'ERROR' | 'INFO'): void {
  Runtime.install({
    logger: new DefaultLogger(level),
    telemetryOptions: { logging: { filter: { core: 'ERROR', other: 'ERROR' }, forward: {} } },
    // Whoever started the workers decides when they stop: two of them must not race for the same signal.
    shutdownSignals: [],
  });
}

/** The prebuilt bundle where there is one, else the workflows themselves, bundled at start. */
function workflows(): Pick<WorkerOptions, 'workflowBundle' | 'workflowsPath'> {
  const codePath = fileURLToPath(compiled(new URL('../workflow-bundle.js', import.meta.url)));
  if (existsSync(codePath)) return { workflowBundle: { codePath } };
  return { workflowsPath: fileURLToPath(compiled(new URL('../workflows/index.js', import.meta.url))) };
}

/** Starts one worker a task queue in this process. @throws SegmentsError EngineUnavailable */
export async function startWorkers(
  server: ServerAddress | undefined,
  deps: Omit<ActivityDependencies, 'scope'>,
): Promise<RunningWorkers> {
  const { connection, namespace } = await connectWorker(server);
  const indexed = await registerSearchAttributes(connection, namespace);
  const activities = createActivities({
    ...deps,
    scope() {
      const context = Context.current();
      return {
        indexed,
        signal: context.cancellationSignal,
        lastHeartbeat: activityInfo().heartbeatDetails as unknown,
        heartbeat: (details) => context.heartbeat(details),
      };
    },
  });
  const { taskQueues, worker } = temporalConfig;
  const common = {
    connection,
    namespace,
    activities,
    shutdownGraceTime: worker.shutdownGraceTime,
    maxHeartbeatThrottleInterval: worker.maxHeartbeatThrottleInterval,
  };
  try {
    const workers = [
      await Worker.create({
        ...common,
        ...workflows(),
        taskQueue: taskQueues.orchestration,
        maxConcurrentActivityTaskExecutions: worker.maxConcurrentOrchestrationActivities,
      }),
      await Worker.create({
        ...common,
        taskQueue: taskQueues.compute,
        maxConcurrentActivityTaskExecutions: worker.maxConcurrentComputeActivities,
      }),
    ];
    const done = Promise.all(workers.map((each) => each.run()))
      .then(() => undefined)
      .finally(() => connection.close());
    done.catch(() => undefined);
    return {
      done,
      async stop() {
        for (const each of workers) if (each.getState() === 'RUNNING') each.shutdown();
        await done;
      },
    };
  } catch (error) {
    await connection.close();
    throw error;
  }
}
