import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import {
  ChildWorkflowCancellationType,
  condition,
  continueAsNew,
  defineQuery,
  defineSignal,
  defineUpdate,
  executeChild,
  isCancellation,
  ParentClosePolicy,
  proxyActivities,
  setCurrentDetails,
  setHandler,
  sleep,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { type StageActivities } from '../shared/contracts/stage-activities.js';
import { type ActivityPolicy, temporalConfig } from '../temporal.config.js';
import { SegmentsError } from '../shared/errors.js';
import { toFailure } from '../shared/failure.js';
import { type Orchestration, type UpdateHandler } from './orchestration.js';
import { type backfill, type retrain } from './index.js';

export const progressQuery = defineQuery<unknown>('progress');

/** Temporal's engine behind the `Orchestration` port. Called once, at a workflow's first line. */
export function temporalOrchestration(): Orchestration {
  const info = workflowInfo();
  const scheduledStart = info.searchAttributes['TemporalScheduledStartTime']?.[0];
  return {
    workflowId: info.workflowId,
    runId: info.firstExecutionRunId,
    scheduledStart: scheduledStart instanceof Date ? scheduledStart : undefined,
    activities: proxiedActivities(),
    now: () => new Date().getTime(),
    sleep,
    serveProgress: (read) => setHandler(progressQuery, read),
    serveUpdates: (handlers) =>
      Object.entries(handlers).forEach(([name, handler]) => serveUpdate(name, handler)),
    serveSignals: (handlers) =>
      Object.entries(handlers).forEach(([name, handle]) => setHandler(defineSignal(name), handle)),
    async waitForMessages(holds, milliseconds) {
      if (milliseconds !== undefined) return await condition(holds, milliseconds);
      await condition(holds);
      return true;
    },
    showDetails: setCurrentDetails,
    index: (attributes) =>
      upsertSearchAttributes(
        Object.entries(attributes).map(([name, value]) => ({
          key: defineSearchAttributeKey(name, SearchAttributeType.KEYWORD),
          value: value as string,
        })),
      ),
    retrainChild: (workflowId, input) =>
      executeChild<typeof retrain>('retrain', {
        workflowId,
        args: [input],
        cancellationType: ChildWorkflowCancellationType.WAIT_CANCELLATION_COMPLETED,
        parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
      }),
    isCancellation,
    historyIsLong: () => workflowInfo().continueAsNewSuggested,
    continueBackfill: (input) => continueAsNew<typeof backfill>(input),
  };
}

/** Answers an update; whatever is thrown is the update's failure and never the workflow's. */
function serveUpdate(name: string, { check, act }: UpdateHandler): void {
  const asFailure = (error: unknown): unknown => (error instanceof SegmentsError ? toFailure(error) : error);
  setHandler(
    defineUpdate<unknown, [unknown]>(name),
    async (message) => {
      try {
        return await act(message);
      } catch (error) {
        throw asFailure(error);
      }
    },
    {
      validator(message) {
        try {
          check(message);
        } catch (error) {
          throw asFailure(error);
        }
      },
    },
  );
}

/** One proxy a stage, each with its own queue, limits and retries from temporal.config.ts. */
function proxiedActivities(): StageActivities {
  const activities: Record<string, unknown> = {};
  for (const [stage, policy] of Object.entries<ActivityPolicy>(temporalConfig.activities)) {
    const { queue, why, ...options } = policy;
    const proxy = proxyActivities<StageActivities>({
      ...options,
      taskQueue: temporalConfig.taskQueues[queue],
      summary: why,
      cancellationType: 'WAIT_CANCELLATION_COMPLETED',
    });
    activities[stage] = proxy[stage as keyof StageActivities];
  }
  return activities as unknown as StageActivities;
}
