import { allHandlersFinished, condition, isCancellation } from '@temporalio/workflow';
import { SegmentsError } from '../shared/errors.js';
import { toFailure } from '../shared/failure.js';
import { type Outcomes } from '../shared/contracts/deliveries.js';
import { type RescoreSummary } from '../shared/contracts/rescore-summary.js';
import { type RunSummary } from '../shared/contracts/run-summary.js';
import {
  type BackfillRequest,
  type BackfillRow,
  type RescoreRequest,
  type RetrainRequest,
} from '../shared/contracts/workflow-inputs.js';
import { backfill as runBackfill } from './backfill.js';
import { type Orchestration } from './orchestration.js';
import { rescore as runRescore } from './rescore.js';
import { retrain as runRetrain } from './retrain.js';
import { temporalOrchestration } from './temporal-orchestration.js';

/** Only failures end a workflow; any other error would block it, retried task after task. */
async function failing<R>(work: (orchestration: Orchestration) => Promise<R>): Promise<R> {
  try {
    const result = await work(temporalOrchestration());
    // An update that was accepted is answered before the workflow ends.
    await condition(allHandlersFinished);
    return result;
  } catch (error) {
    if (!isCancellation(error)) await condition(allHandlersFinished);
    throw error instanceof SegmentsError ? toFailure(error) : error;
  }
}

/** Workflow `retrain`: one run for one as-of month; returns its figures. */
export async function retrain(input: RetrainRequest): Promise<RunSummary & Outcomes> {
  return await failing((orchestration) => runRetrain(orchestration, input));
}

/** Workflow `backfill`: runs for consecutive months, in order; returns a row a month. */
export async function backfill(input: BackfillRequest): Promise<BackfillRow[]> {
  return await failing((orchestration) => runBackfill(orchestration, input));
}

/** Workflow `rescore`: new sales into existing segments; returns counts and the reference to the assignments. */
export async function rescore(input: RescoreRequest): Promise<RescoreSummary & Outcomes> {
  return await failing((orchestration) => runRescore(orchestration, input));
}
