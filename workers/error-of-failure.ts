import { ApplicationFailure } from '@temporalio/common';
import { type ErrorCode, errorCodes, SegmentsError } from '../shared/errors.js';

interface FailureDetails {
  readonly where?: string;
  readonly remedy?: string;
  readonly problems?: readonly string[];
}

/**
 * The error behind what an engine threw: Temporal wraps it in workflow, child and activity failures. Errors that
 * are not ours come back as they are.
 */
export function errorOfFailure(thrown: unknown): unknown {
  let current = thrown;
  for (let depth = 0; depth < 10 && current instanceof Error; depth++) {
    if (current instanceof SegmentsError) return current;
    if (
      current instanceof ApplicationFailure &&
      current.type !== undefined &&
      current.type !== null &&
      current.type in errorCodes
    ) {
      const details = (current.details?.[0] ?? {}) as FailureDetails;
      return new SegmentsError(current.type as ErrorCode, current.message, {
        where: details.where ?? 'unknown',
        remedy: details.remedy ?? 'Look the execution up in the Temporal UI.',
        ...(details.problems === undefined ? {} : { problems: details.problems }),
      });
    }
    if (current.cause === undefined) return current;
    current = current.cause;
  }
  return thrown;
}
