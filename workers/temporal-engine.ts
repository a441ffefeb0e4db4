import {
  type Client,
  WithStartWorkflowOperation,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
  type WorkflowHandle,
} from '@temporalio/client';
import { type Workflow } from '@temporalio/common';
import { decodeArrayFromPayloads } from '@temporalio/common/lib/internal-non-workflow/index.js';
import { type HeartbeatDetails } from '../activities/in-stage.js';
import { type BackfillProgress, type RunProgress } from '../shared/contracts/stage.js';
import { SegmentsError } from '../shared/errors.js';
import { type SegmentsAnswer } from '../shared/contracts/rescore-summary.js';
import { type Progress } from '../shared/progress.js';
import { temporalConfig } from '../temporal.config.js';
import { type Engine, type Execution, type RunView, type WorkflowType } from './engine.js';
import { errorOfFailure } from './error-of-failure.js';

/** Starts workflows on a Temporal server through `client`; who works on them is not its business. */
export function createTemporalEngine(
  client: Client,
  ui: string | undefined,
  close: () => Promise<void>,
): Engine {
  // Asking for a result waits on the server for as long as it takes; nobody waits any more once the engine is closed.
  const closing = new AbortController();
  const follow = (type: WorkflowType, handle: WorkflowHandle, runId: string): Execution =>
    execution({ client, ui, type, handle, runId, closing: closing.signal });
  return {
    kind: 'temporal',
    async start(type, workflowId, input): Promise<Execution> {
      const handle = await starting(workflowId, () =>
        client.workflow.start(type, {
          workflowId,
          taskQueue: temporalConfig.taskQueues.orchestration,
          args: [input],
          // A second start of the same business key while the first is open is a mistake; after it, a repeat.
          workflowIdConflictPolicy: 'FAIL',
          workflowIdReusePolicy: 'ALLOW_DUPLICATE',
        }),
      );
      return follow(type, handle, handle.firstExecutionRunId);
    },
    async attach(workflowId) {
      const handle = client.workflow.getHandle(workflowId);
      const { type, runId } = await found(workflowId, () => handle.describe());
      if (!isOurs(type)) throw notFound(workflowId, `a workflow of type ${type}`);
      return { type, execution: follow(type, handle, runId) };
    },
    async askSegments(workflowId, input) {
      try {
        return await client.workflow.executeUpdateWithStart<Workflow, SegmentsAnswer, []>('segments', {
          startWorkflowOperation: new WithStartWorkflowOperation('rescore', {
            workflowId,
            taskQueue: temporalConfig.taskQueues.orchestration,
            args: [input],
            // Asked twice at once, the second joins the first.
            workflowIdConflictPolicy: 'USE_EXISTING',
            workflowIdReusePolicy: 'ALLOW_DUPLICATE',
          }),
        });
      } catch (error) {
        throw errorOfFailure(error);
      }
    },
    async close() {
      closing.abort();
      await close();
    },
  };
}

interface Followed {
  readonly client: Client;
  readonly ui: string | undefined;
  readonly type: WorkflowType;
  readonly handle: WorkflowHandle;
  readonly runId: string;
  readonly closing: AbortSignal;
}

function execution({ client, ui, type, handle, runId, closing }: Followed): Execution {
  const { workflowId } = handle;
  const { namespace } = client.options;
  let followed: string | undefined;
  return {
    workflowId,
    ui: ui && `${ui}/namespaces/${namespace}/workflows/${encodeURIComponent(workflowId)}/${runId}/history`,
    async result() {
      try {
        return await client.withAbortSignal(closing, () => handle.result());
      } catch (error) {
        throw errorOfFailure(error);
      }
    },
    async view() {
      if (type !== 'backfill') return { runs: [await runView(client, handle)] };
      const { months } = await handle.query<BackfillProgress>('progress');
      // Months done before this execution have no child of it to look at; one that failed has.
      const begun = months.filter(
        ({ state, workflowId: id }) => state !== 'pending' && id.startsWith(`${workflowId}/`),
      );
      if (begun.length === 0) return { months, runs: [] };
      // From the one seen last on: others may have begun and ended since. At first only what goes on.
      const ids = begun.map((month) => month.workflowId);
      const running = begun.findIndex(({ state }) => state === 'running');
      const current = running < 0 ? ids.length - 1 : running;
      const from = followed === undefined ? current : Math.max(0, ids.indexOf(followed));
      const runs = [];
      for (const id of ids.slice(from, current + 1)) {
        runs.push(await runView(client, client.workflow.getHandle(id)));
      }
      followed = ids[current];
      return { months, runs };
    },
    async cancel() {
      await handle.cancel();
      await handle.result().catch(() => undefined);
    },
  };
}

const isOurs = (type: string): type is WorkflowType => ['retrain', 'backfill', 'rescore'].includes(type);

function notFound(workflowId: string, what: string): SegmentsError {
  return new SegmentsError(
    'WorkflowNotFound',
    `found ${what} under ${workflowId}; expected a run of segments`,
    {
      where: workflowId,
      remedy: 'Check the ID and the namespace; the Temporal UI lists the workflows.',
    },
  );
}

async function found<T>(workflowId: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) throw notFound(workflowId, 'no workflow');
    throw error;
  }
}

/** Turns a start that comes second into an error that says what to do. */
async function starting<T>(workflowId: string, start: () => Promise<T>): Promise<T> {
  try {
    return await start();
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    throw new SegmentsError('AlreadyRunning', `a workflow ${workflowId} is running already`, {
      where: workflowId,
      remedy: 'Wait for it, cancel it in the Temporal UI, or start under another ID with --id.',
      cause: error,
    });
  }
}

async function runView(client: Client, handle: WorkflowHandle): Promise<RunView> {
  const [progress, description] = await Promise.all([
    handle.query<RunProgress>('progress'),
    handle.describe(),
  ]);
  const live: Record<string, Progress> = {};
  for (const activity of description.raw.pendingActivities ?? []) {
    const [details] = (await decodeArrayFromPayloads(
      client.options.loadedDataConverter,
      activity.heartbeatDetails?.payloads,
    )) as [HeartbeatDetails | undefined];
    if (activity.activityType?.name && details?.progress) live[activity.activityType.name] = details.progress;
  }
  return { ...progress, live };
}
