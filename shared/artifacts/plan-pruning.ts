import { type AsOfMonth } from '../contracts/as-of-month.js';
import { type IndexEntry, isWaiting } from './run-index.js';

/** A finished run, as far as retention looks at it. */
export interface StoredRunFacts {
  readonly runId: string;
  readonly asOf: AsOfMonth;
  readonly verdict: 'published' | 'held' | 'first';
  readonly published: boolean;
  /** What a person decided on a held run. */
  readonly decision?: IndexEntry['decision'];
  readonly finishedAt: number;
  /** The run that it was compared with; null where there was none. */
  readonly comparedWith: string | null;
}

export interface PruningPlan {
  /** Runs that stay, each with the reason. */
  readonly keep: readonly { readonly run: StoredRunFacts; readonly why: string }[];
  readonly remove: readonly StoredRunFacts[];
}

/**
 * Which runs stay: every run of the newest `keepMonths` months, the champion, held runs that nobody has decided on, and the
 * run that each of these was compared with. That one is needed to read a kept run's comparison and to repeat it byte for
 * byte; it does not hold on to its own predecessor in turn, or the first run would keep everything after it for ever.
 * A held run waits until somebody decides on it, or a run of its month is published after it.
 */
export function planPruning(
  runs: readonly StoredRunFacts[],
  championId: string | undefined,
  keepMonths: number,
): PruningPlan {
  const months = [...new Set(runs.map(({ asOf }) => asOf))].sort().reverse();
  const newest = new Set(months.slice(0, keepMonths));
  const waits = (run: StoredRunFacts): boolean =>
    isWaiting(run) &&
    !runs.some(
      ({ asOf, published, finishedAt }) => published && asOf === run.asOf && finishedAt > run.finishedAt,
    );
  const reasons = new Map<string, string>();
  for (const run of runs) {
    if (run.runId === championId) reasons.set(run.runId, 'champion');
    else if (newest.has(run.asOf)) reasons.set(run.runId, `of the newest ${keepMonths} months`);
    else if (waits(run)) reasons.set(run.runId, 'held, waiting for a decision');
  }
  for (const run of runs.filter(({ runId }) => reasons.has(runId)))
    if (run.comparedWith !== null && !reasons.has(run.comparedWith))
      reasons.set(run.comparedWith, `${run.asOf} was compared with it`);
  return {
    keep: runs.flatMap((run) => {
      const why = reasons.get(run.runId);
      return why === undefined ? [] : [{ run, why }];
    }),
    remove: runs.filter(({ runId }) => !reasons.has(runId)),
  };
}
