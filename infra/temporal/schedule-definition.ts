import { type ScheduleDescription, type ScheduleOptions } from '@temporalio/client';
import { durationMilliseconds } from '../../shared/contracts/duration.js';
import { type RetrainRequest } from '../../shared/contracts/workflow-inputs.js';
import { type TemporalConfig, temporalConfig } from '../../temporal.config.js';

/** What the monthly schedule is, in the few values that people compare. */
export interface ScheduleFacts {
  /** Day of the month, hour and minute, in `timezone`. */
  readonly calendar: string;
  readonly timezone: string;
  readonly overlap: string;
  readonly catchupWindowMs: number;
  readonly jitterMs: number;
  readonly pauseOnFailure: boolean;
  readonly workflowType: string;
  readonly workflowId: string;
  readonly taskQueue: string;
  /** Input of every run. */
  readonly input: unknown;
}

type ScheduleSettings = TemporalConfig['schedule'];

/** Input of every scheduled run: never with `asOf`, which comes from the scheduled time. */
export function scheduledInput(
  run: Pick<RetrainRequest, 'source' | 'artifacts' | 'config' | 'sinks' | 'tracking'>,
  { lateSales, decision }: ScheduleSettings = temporalConfig.schedule,
): RetrainRequest {
  return { ...run, publish: true, lateSales: { ...lateSales }, decision: { ...decision } };
}

/** The schedule as it is meant to be: temporal.config.ts says when and how, `input` what is run. */
export function scheduleFacts(
  input: RetrainRequest,
  settings: ScheduleSettings = temporalConfig.schedule,
): ScheduleFacts {
  const { dayOfMonth, hour, minute } = settings.calendar;
  return {
    calendar: calendarText(dayOfMonth, hour, minute),
    timezone: settings.timezone,
    overlap: settings.overlap,
    catchupWindowMs: durationMilliseconds(settings.catchupWindow),
    jitterMs: durationMilliseconds(settings.jitter),
    pauseOnFailure: settings.pauseOnFailure,
    workflowType: 'retrain',
    workflowId: settings.workflowId,
    taskQueue: temporalConfig.taskQueues.orchestration,
    // As the server will give it back: JSON knows no undefined.
    input: JSON.parse(JSON.stringify(input)) as unknown,
  };
}

const calendarText = (day: number, hour: number, minute: number): string =>
  `day ${day}, ${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;

/** What the SDK takes to create or update that schedule. */
export function scheduleOptions(
  scheduleId: string,
  facts: ScheduleFacts,
  { codeVersion, note }: { codeVersion: string; note: string },
  settings: ScheduleSettings = temporalConfig.schedule,
): ScheduleOptions {
  const { dayOfMonth, hour, minute } = settings.calendar;
  const memo = { appliedWith: `stable-segments ${codeVersion}` };
  return {
    scheduleId,
    memo,
    spec: {
      calendars: [{ dayOfMonth, hour, minute, second: 0, comment: 'sales of the month before are complete' }],
      timezone: settings.timezone,
      jitter: settings.jitter,
    },
    action: {
      type: 'startWorkflow',
      workflowType: facts.workflowType,
      // Temporal appends the scheduled time, retrain-2018-01-03T03:00:00Z: the same month is never started twice by it.
      workflowId: facts.workflowId,
      taskQueue: facts.taskQueue,
      args: [facts.input],
      memo,
    },
    policies: {
      overlap: settings.overlap,
      catchupWindow: settings.catchupWindow,
      pauseOnFailure: settings.pauseOnFailure,
    },
    state: { note },
  };
}

/** The same facts of a schedule as the server has it. */
export function describedFacts({ spec, policies, action }: ScheduleDescription): ScheduleFacts {
  const calendars = (spec.calendars ?? []).map(({ dayOfMonth, hour, minute }) =>
    calendarText(dayOfMonth[0]?.start ?? 0, hour[0]?.start ?? 0, minute[0]?.start ?? 0),
  );
  const others = (spec.intervals ?? []).map(({ every }) => `every ${every} ms`);
  return {
    calendar: [...calendars, ...others].join('; '),
    timezone: spec.timezone || 'UTC',
    overlap: policies.overlap ?? 'SKIP',
    catchupWindowMs: policies.catchupWindow,
    jitterMs: spec.jitter ?? 0,
    pauseOnFailure: policies.pauseOnFailure,
    workflowType: action.workflowType,
    workflowId: action.workflowId ?? '',
    taskQueue: action.taskQueue,
    input: (action.args as unknown[] | undefined)?.[0],
  };
}

/** Names of the facts in which two schedules differ. */
export function differingFacts(a: ScheduleFacts, b: ScheduleFacts): (keyof ScheduleFacts)[] {
  return (Object.keys(a) as (keyof ScheduleFacts)[]).filter(
    (name) => JSON.stringify(a[name]) !== JSON.stringify(b[name]),
  );
}
