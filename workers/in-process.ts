import { type ApplicationFailure, type RetryPolicy } from '@temporalio/common';
import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { createActivities } from '../activities/create-activities.js';
import { type HeartbeatDetails } from '../activities/in-stage.js';
import { type ActivityDependencies, type ActivityScope } from '../activities/stage-tools.js';
import { type BackfillProgress, type RunProgress } from '../shared/contracts/stage.js';
import { type StageActivities } from '../shared/contracts/stage-activities.js';
import { type RescoreSummary } from '../shared/contracts/rescore-summary.js';
import { SegmentsError } from '../shared/errors.js';
import { type Progress } from '../shared/progress.js';
import { temporalConfig } from '../temporal.config.js';
import { backfill } from '../workflows/backfill.js';
import { type Orchestration } from '../workflows/orchestration.js';
import { answerOf, rescore } from '../workflows/rescore.js';
import { retrain } from '../workflows/retrain.js';
import { type Engine, type Execution, type WorkflowType } from './engine.js';
import { errorOfFailure } from './error-of-failure.js';
import { isNonRetryable, retryDelay } from './retry.js';

const workflows: Record<WorkflowType, (orchestration: Orchestration, input: unknown) => Promise<unknown>> = {
  retrain,
  backfill,
  rescore,
};

/**
 * Runs the same workflow functions over the same activities, with their retry policies, in this process alone:
 * no server, no history, no UI, and nothing survives the process.
 */
export function createInProcessEngine(deps: Omit<ActivityDependencies, 'scope'>): Engine {
  const engine = withoutAnswers(deps);
  return {
    ...engine,
    async askSegments(workflowId, input) {
      const execution = await engine.start('rescore', workflowId, input);
      return answerOf((await execution.result()) as RescoreSummary);
    },
  };
}

function withoutAnswers(deps: Omit<ActivityDependencies, 'scope'>): Omit<Engine, 'askSegments'> {
  const scopes = new AsyncLocalStorage<ActivityScope>();
  const activities = createActivities({ ...deps, scope: () => scopes.getStore()! });

  return {
    kind: 'in-process',
    async start(type, workflowId, input): Promise<Execution> {
      const cancellation = new AbortController();
      const live: Record<string, Progress> = {};
      const readers: { root?: () => unknown; readonly runs: (() => RunProgress)[] } = { runs: [] };

      const attempts = withRetries(activities, scopes, cancellation.signal, live);
      const orchestrate = (id: string, isRoot: boolean): Orchestration => {
        const runId = randomUUID();
        return {
          workflowId: id,
          runId,
          scheduledStart: undefined,
          activities: attempts,
          now: () => Date.now(),
          sleep: (milliseconds) => sleep(milliseconds, undefined, { signal: cancellation.signal }),
          serveUpdates: () => undefined,
          serveSignals: () => undefined,
          waitForMessages: async (holds) => holds(),
          index: () => undefined,
          serveProgress(read) {
            if (isRoot) readers.root = read;
            if (type !== 'backfill' || !isRoot) readers.runs.push(read as () => RunProgress);
          },
          showDetails: () => undefined,
          retrainChild: (childId, request) => retrain(orchestrate(childId, false), request),
          isCancellation: () => cancellation.signal.aborted,
          historyIsLong: () => false,
          continueBackfill: (request) => backfill(orchestrate(id, true), request) as Promise<never>,
        };
      };
      const result = workflows[type](orchestrate(workflowId, true), input).catch((error: unknown) => {
        throw errorOfFailure(error);
      });
      // The caller asks for the result when it is ready to; a failure before that is not unhandled.
      result.catch(() => undefined);
      return {
        workflowId,
        ui: undefined,
        result: () => result,
        view: async () => {
          const ended = readers.runs.splice(0, Math.max(0, readers.runs.length - 1));
          return {
            ...(type === 'backfill' && readers.root
              ? { months: (readers.root() as BackfillProgress).months }
              : {}),
            runs: [...ended, ...readers.runs].map((read) => ({ ...read(), live })),
          };
        },
        async cancel() {
          cancellation.abort(new Error('cancelled'));
          await result.catch(() => undefined);
        },
      };
    },
    attach: (workflowId) =>
      Promise.reject(
        new SegmentsError('EngineUnavailable', `found no server that could have ${workflowId}`, {
          where: '--engine',
          remedy:
            'Workflows of a process end with it: name the server that it runs on with TEMPORAL_ADDRESS.',
        }),
      ),
    close: async () => undefined,
  };
}

/** Wraps every activity in the retry policy that temporal.config.ts gives it on a server. */
function withRetries(
  activities: StageActivities,
  scopes: AsyncLocalStorage<ActivityScope>,
  signal: AbortSignal,
  live: Record<string, Progress>,
): StageActivities {
  const wrapped = Object.entries(activities).map(([stage, activity]) => {
    const policy: RetryPolicy = temporalConfig.activities[stage as keyof StageActivities]
      .retry as RetryPolicy;
    const call = async (input: never): Promise<unknown> => {
      let last: HeartbeatDetails | undefined;
      for (let attempt = 1; ; attempt++) {
        signal.throwIfAborted();
        const scope: ActivityScope = {
          signal,
          lastHeartbeat: last,
          heartbeat(details) {
            last = details as HeartbeatDetails;
            if (last.progress) live[stage] = last.progress;
          },
        };
        try {
          return await scopes.run(scope, () => (activity as (input: never) => Promise<unknown>)(input));
        } catch (error) {
          const exhausted = attempt >= (policy.maximumAttempts ?? Infinity);
          if (signal.aborted || exhausted || isNonRetryable(error as ApplicationFailure, policy)) throw error;
          await sleep(retryDelay(attempt, policy), undefined, { signal });
        } finally {
          delete live[stage];
        }
      }
    };
    return [stage, call];
  });
  return Object.fromEntries(wrapped) as StageActivities;
}
