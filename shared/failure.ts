import { ApplicationFailure } from '@temporalio/common';
import { type SegmentsError } from './errors.js';

/** Our error as Temporal carries it: its code as the type, its parts in the details, never the cause's internals. */
export function toFailure(error: SegmentsError): ApplicationFailure {
  return ApplicationFailure.create({
    type: error.code,
    message: error.message,
    nonRetryable: !error.retryable,
    details: [{ where: error.where, remedy: error.remedy, problems: [...error.problems] }],
  });
}
