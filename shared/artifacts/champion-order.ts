import { type AsOfMonth } from '../contracts/as-of-month.js';

/** A run as it stands among those that may be the champion. */
export interface PublishedRun {
  readonly runId: string;
  readonly asOf: AsOfMonth;
  /** Workflow time, milliseconds since 1970. */
  readonly finishedAt: number;
}

/** The order of runs of one month: by when they finished, equal times by ID, so that every publisher agrees. */
export function comesAfter(
  a: Pick<PublishedRun, 'finishedAt' | 'runId'>,
  b: Pick<PublishedRun, 'finishedAt' | 'runId'>,
): boolean {
  return a.finishedAt > b.finishedAt || (a.finishedAt === b.finishedAt && a.runId > b.runId);
}

/** True where `next` may take over from `current`: it is of a later month, or of the same and finished later, or the same run. */
export function takesOver(next: PublishedRun, current: PublishedRun | undefined): boolean {
  if (current === undefined || current.runId === next.runId) return true;
  return current.asOf === next.asOf ? comesAfter(next, current) : current.asOf < next.asOf;
}
