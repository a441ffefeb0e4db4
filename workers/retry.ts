import { ApplicationFailure, type RetryPolicy } from '@temporalio/common';
import { msToNumber } from '@temporalio/common/lib/time.js';

/** True where Temporal would not try again. */
export function isNonRetryable(error: unknown, policy: RetryPolicy): boolean {
  if (error instanceof ApplicationFailure) {
    return (error.nonRetryable ?? false) || (policy.nonRetryableErrorTypes ?? []).includes(error.type ?? '');
  }
  return error instanceof Error && (policy.nonRetryableErrorTypes ?? []).includes(error.name);
}

/** Milliseconds to wait before attempt `attempt + 1`, by Temporal's own rule. */
export function retryDelay(attempt: number, policy: RetryPolicy): number {
  const initial = msToNumber(policy.initialInterval ?? '1s');
  const longest = policy.maximumInterval === undefined ? initial * 100 : msToNumber(policy.maximumInterval);
  return Math.min(initial * (policy.backoffCoefficient ?? 2) ** (attempt - 1), longest);
}
