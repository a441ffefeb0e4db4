import { setTimeout as sleep } from 'node:timers/promises';
import { SegmentsError } from '../../errors.js';

/** What may pass by itself. `retryAfter`: milliseconds that the server asks for. */
export class TransientFailure extends Error {
  constructor(
    message: string,
    readonly retryAfter?: number,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

const attempts = 5;
const firstPause = 250;
/** A server that asks for more is left alone: the stage's own retry comes later, and holds no worker meanwhile. */
const longestPause = 60_000;

/**
 * Repeats `work` while it throws TransientFailure, up to five times without progress, after the pause that the server asks
 * for or one that doubles. @throws SegmentsError SourceUnavailable
 */
export async function untilItPasses<T>(
  work: () => Promise<T>,
  { where, signal, progress }: { where: string; signal: AbortSignal; progress?: () => number },
): Promise<T> {
  let failed = 0;
  let reached = progress?.() ?? 0;
  for (;;) {
    signal.throwIfAborted();
    try {
      return await work();
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof TransientFailure)) throw error;
      const now = progress?.() ?? 0;
      failed = now > reached ? 1 : failed + 1;
      reached = now;
      const pause = error.retryAfter ?? firstPause * 2 ** (failed - 1);
      if (failed >= attempts || pause > longestPause) throw unavailable(where, error, pause);
      await sleep(pause, undefined, { signal });
    }
  }
}

function unavailable(where: string, error: TransientFailure, pause: number): SegmentsError {
  const asked =
    error.retryAfter === undefined ? '' : `; it asks to be left alone for ${Math.ceil(pause / 1000)} s`;
  return new SegmentsError('SourceUnavailable', `${where}: ${error.message}${asked}`, {
    where,
    remedy: 'It is retried; look at the status page of the service if it stays so.',
    cause: error,
  });
}
