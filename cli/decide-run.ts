import { type Client, WorkflowNotFoundError, WorkflowUpdateFailedError } from '@temporalio/client';
import { decideRun as decideOnStore } from '../shared/artifacts/decide-run.js';
import { type ArtifactStore } from '../shared/artifacts/store.js';
import {
  type DecisionOutcome,
  type DecisionRequest,
  decisionRequestSchema,
  type DecisionResult,
} from '../shared/contracts/decision.js';
import { validate } from '../shared/contracts/validate.js';
import { SegmentsError } from '../shared/errors.js';
import { errorOfFailure } from '../workers/error-of-failure.js';

export interface DecideOptions {
  readonly store: ArtifactStore;
  readonly runId: string;
  readonly outcome: DecisionOutcome;
  readonly request: DecisionRequest;
  /** The server on which the run may still wait; undefined where there is none. */
  readonly client: Client | undefined;
  /** Milliseconds since 1970. */
  readonly now: number;
}

export interface DecidedRun extends DecisionResult {
  /** The command that hands an approved run to the sinks, where no workflow is left to do it; else null. */
  readonly deliverWith: string | null;
}

/**
 * Decides on a held run: through its workflow where that still waits, so that it goes on at once, else on the store
 * itself. Both ways end in the same code. Throws SegmentsError RunNotFound, NotHeld, AlreadyDecided, InvalidInput.
 */
export async function decideRun(options: DecideOptions): Promise<DecidedRun> {
  const { store, runId, outcome, client, now } = options;
  const request = validate(decisionRequestSchema, options.request, {
    code: 'InvalidInput',
    where: `decision on ${runId}`,
    remedy: 'Say who decides, and why.',
  });
  const onStore = async (): Promise<DecidedRun> => {
    const result = await decideOnStore(store, runId, { ...request, outcome, decidedAt: now });
    const deliverWith =
      outcome === 'approved' ? `segments runs deliver ${runId} --artifacts ${store.uri}` : null;
    return { ...result, deliverWith };
  };
  const workflowId = client && (await waitingWorkflow(client, runId));
  if (client === undefined || workflowId === undefined) return await onStore();
  try {
    const name = outcome === 'approved' ? 'approve' : 'reject';
    const result = await client.workflow
      .getHandle(workflowId, runId)
      .executeUpdate<DecisionResult, [DecisionRequest]>(name, { args: [request] });
    return { ...result, deliverWith: null };
  } catch (error) {
    // It was open, but does not wait any more, or has closed since: the store judges for itself.
    if (error instanceof WorkflowNotFoundError) return await onStore();
    const cause = error instanceof WorkflowUpdateFailedError ? errorOfFailure(error) : error;
    if (cause instanceof SegmentsError && cause.code === 'NotHeld') return await onStore();
    throw cause;
  }
}

/** The workflow that computed a run, where it is still open. */
async function waitingWorkflow(client: Client, runId: string): Promise<string | undefined> {
  if (!/^[0-9a-f-]{36}$/.test(runId)) return undefined;
  const query = `RunId = "${runId}" AND ExecutionStatus = "Running"`;
  for await (const { workflowId } of client.workflow.list({ query, pageSize: 1 })) return workflowId;
  return undefined;
}
