import {
  ChildWorkflowCancellationType,
  continueAsNew,
  defineQuery,
  executeChild,
  isCancellation,
  ParentClosePolicy,
  proxyActivities,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import { type StageActivities } from '../shared/contracts/stage-activities.js';
import { type ActivityPolicy, temporalConfig } from '../temporal.config.js';
import { type Orchestration } from './orchestration.js';
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
    serveProgress: (read) => setHandler(progressQuery, read),
    showDetails: setCurrentDetails,
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
