import {
  type DecisionOutcome,
  decisionRequestSchema,
  type DecisionResult,
} from '../shared/contracts/decision.js';
import { durationMilliseconds } from '../shared/contracts/duration.js';
import { type RunSummary } from '../shared/contracts/run-summary.js';
import { type DecisionProgress } from '../shared/contracts/stage.js';
import { validate } from '../shared/contracts/validate.js';
import { SegmentsError } from '../shared/errors.js';
import { type Orchestration, type UpdateHandler } from './orchestration.js';
import { rootCode } from './root-error.js';

/**
 * The updates `approve` and `reject` of one run. They are served from the workflow's first moment on, and refused with
 * the reason while the run is not held.
 */
export class HeldRun {
  private held: { readonly store: string; readonly until: number } | undefined;
  private summary: RunSummary | undefined;
  private deciding = false;
  private result: DecisionResult | undefined;

  constructor(
    private readonly orchestration: Orchestration,
    private readonly asOf: string,
  ) {
    orchestration.serveUpdates({ approve: this.handler('approved'), reject: this.handler('rejected') });
  }

  /** What the `progress` query says of the decision; undefined while there is none to make. */
  progress(): DecisionProgress | undefined {
    if (this.result !== undefined) {
      const { outcome, by, reason } = this.result.decision;
      return { state: outcome, by, reason };
    }
    return this.held && { state: 'waiting', until: this.held.until };
  }

  /**
   * Waits for a decision on a held run, at most `waitFor` from the scheduled time on (without a Schedule: from now). A
   * decision made on the store meanwhile counts as well. Gives the summary with what was decided.
   */
  async wait(summary: RunSummary, store: string, waitFor: string): Promise<RunSummary> {
    const { orchestration } = this;
    const begun = orchestration.scheduledStart?.getTime() ?? orchestration.now();
    const until = begun + durationMilliseconds(waitFor);
    this.summary = summary;
    this.held = { store, until };
    const left = until - orchestration.now();
    if (left > 0) await orchestration.waitForMessages(() => this.result !== undefined, left);
    await this.lastDecider();
    if (this.result === undefined) {
      const { result } = await this.readStore(store, summary.runId);
      // A decision may have come while the store was read: it is newer than what was read.
      await this.lastDecider();
      this.result ??= result;
    }
    this.held = undefined;
    if (this.result === undefined) return summary;
    return { ...summary, champion: this.result.champion, decision: this.result.decision };
  }

  /** Lets whoever is in the middle of deciding finish. */
  private async lastDecider(): Promise<void> {
    if (this.deciding) await this.orchestration.waitForMessages(() => !this.deciding);
  }

  /** What was decided on the store itself, by the command line or the API, if anything was. */
  private readStore(store: string, runId: string) {
    return this.orchestration.activities.decide({ store, runId, decision: undefined });
  }

  private handler(outcome: DecisionOutcome): UpdateHandler {
    const verb = outcome === 'approved' ? 'approve' : 'reject';
    const parse = (message: unknown) =>
      validate(decisionRequestSchema, message, {
        code: 'InvalidInput',
        where: `update ${verb}`,
        remedy: `Send { "by": "who decides", "reason": "why" }.`,
      });
    return {
      check: (message) => {
        parse(message);
        this.mayDecide();
      },
      act: async (message) => {
        const { by, reason } = parse(message);
        const { store } = this.held!;
        const { runId } = this.summary!;
        this.deciding = true;
        try {
          const decision = { outcome, by, reason, decidedAt: this.orchestration.now() };
          const { result } = await this.orchestration.activities.decide({ store, runId, decision });
          this.result = result!;
          return result;
        } catch (error) {
          // Decided on the store before: the wait is over, whoever asked now hears that.
          if (rootCode(error) === 'AlreadyDecided') this.result = (await this.readStore(store, runId)).result;
          throw error;
        } finally {
          this.deciding = false;
        }
      },
    };
  }

  private mayDecide(): void {
    const where = this.orchestration.workflowId;
    if (this.result !== undefined || this.deciding) {
      const { decision } = this.result ?? {};
      const who =
        decision === undefined ? 'is being decided on' : `was ${decision.outcome} by ${decision.by}`;
      throw new SegmentsError('AlreadyDecided', `the run of ${this.asOf} ${who}`, {
        where,
        remedy: 'A decision stands. To come to another result, run that month again.',
      });
    }
    if (this.held === undefined) {
      throw new SegmentsError('NotHeld', `the run of ${this.asOf} does not wait for a decision`, {
        where,
        remedy: 'The query progress says where it is; a run that is held waits once all its stages are done.',
      });
    }
  }
}
