import { activityInfo, Context } from '@temporalio/activity';
import { VersioningBehavior } from '@temporalio/common';
import { type NativeConnection, Worker, type WorkerOptions } from '@temporalio/worker';
import { createActivities } from '../activities/create-activities.js';
import { type ActivityDependencies } from '../activities/stage-tools.js';
import { connectWorker, type ServerAddress } from '../infra/temporal/connect.js';
import { dataConverter } from '../infra/temporal/data-converter.js';
import { type Telemetry } from '../infra/telemetry/telemetry.js';
import { registerSearchAttributes } from '../infra/temporal/search-attributes.js';
import { temporalConfig } from '../temporal.config.js';
import { stageTelemetry } from './stage-telemetry.js';
import { workflowCode } from './workflow-code.js';

export type QueueName = keyof typeof temporalConfig.taskQueues;

/** Which code this is, for Worker Versioning. */
export interface Deployment {
  readonly name: string;
  readonly buildId: string;
}

export interface WorkersOptions {
  readonly telemetry?: Telemetry;
  /** Queues to poll; both where nothing is said. */
  readonly queues?: readonly QueueName[];
  /** Stages at once on the compute queue; else as temporal.config.ts says. */
  readonly computeSlots?: number;
  /** Off where undefined: the worker then takes any workflow, as a single machine's should. */
  readonly deployment?: Deployment | undefined;
}

export interface RunningWorkers {
  /** Rejects when a worker breaks; resolves after `stop`. */
  readonly done: Promise<void>;
  /** Lets running stages finish within the grace time, then cancels them, and closes the connection. */
  stop(): Promise<void>;
}

/** Starts one worker a task queue in this process. @throws SegmentsError EngineUnavailable */
export async function startWorkers(
  server: ServerAddress | undefined,
  deps: Omit<ActivityDependencies, 'scope'>,
  options: WorkersOptions = {},
): Promise<RunningWorkers> {
  const { connection, namespace } = await connectWorker(server);
  const workers: Worker[] = [];
  try {
    const indexed = await registerSearchAttributes(connection, namespace);
    const common = commonOptions(connection, namespace, { ...deps, indexed }, options);
    const { queues = ['orchestration', 'compute'] } = options;
    for (const queue of queues) {
      workers.push(await Worker.create({ ...common, ...queueOptions(queue, options) }));
    }
  } catch (error) {
    // A worker that never ran holds on to the connection: it has to run to be stopped.
    await Promise.allSettled(
      workers.map(async (each) => {
        const run = each.run();
        each.shutdown();
        await run;
      }),
    );
    await connection.close();
    throw error;
  }
  const done = runTogether(workers).finally(() => connection.close());
  done.catch(() => undefined);
  return {
    done,
    async stop() {
      shutDown(workers);
      await done;
    },
  };
}

/** Runs workers until all have stopped. Where one breaks, all stop, and its error is thrown: half a worker serves nobody. */
async function runTogether(workers: readonly Worker[]): Promise<void> {
  const runs = workers.map(async (each) => {
    try {
      await each.run();
    } finally {
      shutDown(workers);
    }
  });
  const ended = await Promise.allSettled(runs);
  const broken = ended.find((each) => each.status === 'rejected');
  if (broken !== undefined) throw broken.reason;
}

function shutDown(workers: readonly Worker[]): void {
  for (const each of workers) if (each.getState() === 'RUNNING') each.shutdown();
}

function commonOptions(
  connection: NativeConnection,
  namespace: string,
  { indexed, ...deps }: Omit<ActivityDependencies, 'scope'> & { readonly indexed: boolean },
  { telemetry, deployment }: WorkersOptions,
): Omit<WorkerOptions, 'taskQueue'> {
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
  const { worker } = temporalConfig;
  const tracing = telemetry?.tracing;
  return {
    connection,
    namespace,
    activities,
    dataConverter: dataConverter(process.env),
    shutdownGraceTime: worker.shutdownGraceTime,
    shutdownForceTime: worker.shutdownForceTime,
    maxHeartbeatThrottleInterval: worker.maxHeartbeatThrottleInterval,
    defaultHeartbeatThrottleInterval: worker.maxHeartbeatThrottleInterval,
    interceptors: {
      activity: [
        ...(tracing === undefined ? [] : [tracing.activities]),
        ...(telemetry === undefined ? [] : [stageTelemetry(telemetry.log)]),
      ],
    },
    ...(tracing === undefined ? {} : { sinks: tracing.sinks }),
    ...(deployment === undefined
      ? {}
      : {
          workerDeploymentOptions: {
            useWorkerVersioning: true,
            version: { deploymentName: deployment.name, buildId: deployment.buildId },
            defaultVersioningBehavior: VersioningBehavior[worker.versioningBehavior],
          },
        }),
  };
}

/** Workflows run on the orchestration queue only; each queue has its own number of stages at once. */
function queueOptions(
  queue: QueueName,
  { telemetry, computeSlots }: WorkersOptions,
): Omit<WorkerOptions, 'connection'> {
  const { taskQueues, worker } = temporalConfig;
  if (queue === 'compute') {
    return {
      taskQueue: taskQueues.compute,
      maxConcurrentActivityTaskExecutions: computeSlots ?? worker.maxConcurrentComputeActivities,
    };
  }
  return {
    ...workflowCode(telemetry?.tracing !== undefined),
    taskQueue: taskQueues.orchestration,
    maxConcurrentActivityTaskExecutions: worker.maxConcurrentOrchestrationActivities,
    maxConcurrentWorkflowTaskExecutions: worker.maxConcurrentWorkflowTasks,
    maxCachedWorkflows: worker.maxCachedWorkflows,
  };
}
