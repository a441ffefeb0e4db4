import {
  type Client,
  ScheduleAlreadyRunning,
  type ScheduleDescription,
  type ScheduleHandle,
  ScheduleNotFoundError,
} from '@temporalio/client';
import { addMonths, type AsOfMonth, monthBefore } from '../../shared/contracts/as-of-month.js';
import { SegmentsError } from '../../shared/errors.js';
import { temporalConfig } from '../../temporal.config.js';
import {
  describedFacts,
  differingFacts,
  type ScheduleFacts,
  scheduleOptions,
} from './schedule-definition.js';

export interface Applied {
  readonly outcome: 'created' | 'updated' | 'unchanged';
  /** What was not as it is meant to be. */
  readonly changed: readonly (keyof ScheduleFacts)[];
}

/** What is known of the schedule, its past and its next runs. */
export interface ScheduleState {
  readonly scheduleId: string;
  readonly paused: boolean;
  readonly note: string;
  readonly facts: ScheduleFacts;
  readonly next: readonly { readonly at: string; readonly asOf: AsOfMonth }[];
  readonly recent: readonly {
    readonly at: string;
    readonly asOf: AsOfMonth;
    readonly workflowId: string;
    readonly runId: string;
  }[];
  readonly running: readonly string[];
  readonly actions: {
    readonly taken: number;
    readonly missedCatchupWindow: number;
    readonly skippedOverlap: number;
  };
}

/** The schedule of one namespace by its ID. Every call may be repeated. Throws SegmentsError ScheduleNotFound. */
export class MonthlySchedule {
  private readonly handle: ScheduleHandle;

  constructor(
    private readonly client: Client,
    readonly scheduleId: string,
  ) {
    this.handle = client.schedule.getHandle(scheduleId);
  }

  /** Makes the schedule what it is meant to be. A schedule that is paused stays paused, with its note. */
  async apply(facts: ScheduleFacts, about: { codeVersion: string; note: string }): Promise<Applied> {
    const options = scheduleOptions(this.scheduleId, facts, about);
    try {
      await this.client.schedule.create(options);
      return { outcome: 'created', changed: [] };
    } catch (error) {
      if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    }
    const changed = differingFacts(facts, describedFacts(await this.describeRaw()));
    if (changed.length === 0) return { outcome: 'unchanged', changed };
    const { spec, action, policies } = options;
    await this.handle.update(({ state }) => ({
      spec,
      action,
      policies: policies!,
      state: state.paused ? state : { ...state, note: about.note },
    }));
    return { outcome: 'updated', changed };
  }

  async describe(): Promise<ScheduleState> {
    const description = await this.describeRaw();
    const { state, info } = description;
    return {
      scheduleId: this.scheduleId,
      paused: state.paused,
      note: state.note ?? '',
      facts: describedFacts(description),
      next: info.nextActionTimes.slice(0, 5).map((at) => ({ at: at.toISOString(), asOf: monthBefore(at) })),
      recent: info.recentActions.map(({ scheduledAt, action }) => ({
        at: scheduledAt.toISOString(),
        asOf: monthBefore(scheduledAt),
        workflowId: action.workflow.workflowId,
        runId: action.workflow.firstExecutionRunId,
      })),
      running: info.runningActions.map(({ workflow }) => workflow.workflowId),
      actions: {
        taken: info.numActionsTaken,
        missedCatchupWindow: info.numActionsMissedCatchupWindow,
        skippedOverlap: info.numActionsSkippedOverlap,
      },
    };
  }

  pause = (note: string): Promise<void> => this.known(() => this.handle.pause(note));

  resume = (note: string): Promise<void> => this.known(() => this.handle.unpause(note));

  /** Starts a run now, for the month before now. */
  trigger = (): Promise<void> => this.known(() => this.handle.trigger(temporalConfig.schedule.overlap));

  /** Starts the runs of past months, in order, one after the other: what the schedule would have done for them. */
  backfill(from: AsOfMonth, to: AsOfMonth): Promise<void> {
    const [start, end] = [
      new Date(`${addMonths(from, 1)}-01T00:00:00Z`),
      new Date(`${addMonths(to, 2)}-01T00:00:00Z`),
    ];
    return this.known(() =>
      this.handle.backfill({
        start,
        end: new Date(end.getTime() - 1000),
        overlap: temporalConfig.schedule.overlap,
      }),
    );
  }

  /** Removes the schedule; what it started goes on. True where there was one. */
  async delete(): Promise<boolean> {
    try {
      await this.handle.delete();
      return true;
    } catch (error) {
      if (error instanceof ScheduleNotFoundError) return false;
      throw error;
    }
  }

  private describeRaw(): Promise<ScheduleDescription> {
    return this.known(() => this.handle.describe());
  }

  private async known<T>(call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof ScheduleNotFoundError)) throw error;
      throw new SegmentsError(
        'ScheduleNotFound',
        `found no schedule ${this.scheduleId} in namespace ${this.client.options.namespace}`,
        { where: this.scheduleId, remedy: 'segments schedule apply makes it.', cause: error },
      );
    }
  }
}
