import { type Context as ActivityContext } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { type ActivityInboundCallsInterceptor, type ActivityInterceptorsFactory } from '@temporalio/worker';
import { type Logger } from 'pino';
import { type RunSummary } from '../shared/contracts/run-summary.js';

/** What a log line or a metric can tell of a stage's input and answer; both belong to other files' contracts. */
interface StageInput {
  readonly run?: { readonly runId?: string; readonly asOf?: string };
  readonly asOf?: string;
}
interface StageAnswer {
  readonly detail?: string;
  readonly counts?: { readonly read: number; readonly rejected: number };
  readonly summary?: RunSummary;
}

/**
 * A log line where a stage begins and one where it ends, with run ID, stage and attempt; and metrics beside the Temporal
 * SDK's own, on the same endpoint: how long stages take and how they end, rows read and refused, and of each run that is
 * published the figures that an alert is set on.
 */
export function stageTelemetry(log: Logger): ActivityInterceptorsFactory {
  return (context: ActivityContext) => ({ inbound: stageInterceptor(context, log) });
}

function stageInterceptor(context: ActivityContext, log: Logger): ActivityInboundCallsInterceptor {
  const { info } = context;
  const stage = info.activityType;
  const meter = context.metricMeter;
  const seconds = meter.createHistogram(
    'segments_stage_duration',
    'float',
    's',
    'Time of one attempt of a stage',
  );
  return {
    async execute(input, next) {
      const request = (input.args[0] ?? {}) as StageInput;
      const asOf = request.run?.asOf ?? request.asOf;
      const stageLog = log.child({
        runId: request.run?.runId ?? info.workflowExecution?.runId,
        workflowId: info.workflowExecution?.workflowId,
        stage,
        ...(asOf === undefined ? {} : { asOf }),
        attempt: info.attempt,
      });
      stageLog.info('stage begins');
      const began = performance.now();
      const finish = (outcome: 'done' | 'failed' | 'cancelled'): number => {
        const milliseconds = Math.round(performance.now() - began);
        seconds.record(milliseconds / 1000, { stage, outcome });
        return milliseconds;
      };
      try {
        const answer = await next(input);
        const { detail, counts, summary } = (answer ?? {}) as StageAnswer;
        stageLog.info({ milliseconds: finish('done'), detail }, 'stage done');
        if (counts !== undefined) {
          const rows = meter.createCounter('segments_rows', 'row', 'Rows of sources, by what became of them');
          rows.add(counts.read - counts.rejected, { verdict: 'used' });
          rows.add(counts.rejected, { verdict: 'refused' });
        }
        if (summary !== undefined) recordRun(context, summary);
        return answer;
      } catch (error) {
        const cancelled = context.cancellationSignal.aborted;
        const milliseconds = finish(cancelled ? 'cancelled' : 'failed');
        const failure = error instanceof ApplicationFailure ? error : undefined;
        stageLog[cancelled ? 'info' : 'error'](
          {
            milliseconds,
            code: failure?.type ?? (error as Error).name,
            problem: (error as Error).message,
            retryable: failure === undefined ? true : failure.nonRetryable !== true,
          },
          cancelled ? 'stage cancelled' : 'stage failed',
        );
        throw error;
      }
    },
  };
}

/** The run's figures as gauges: the last run's stand until the next. */
function recordRun({ metricMeter: meter }: ActivityContext, summary: RunSummary): void {
  const gauge = (name: string, value: number | null, what: string): void => {
    if (value !== null) meter.createGauge(`segments_run_${name}`, 'float', '1', what).set(value);
  };
  meter
    .createCounter('segments_runs', 'run', 'Finished runs, by verdict')
    .add(1, { verdict: summary.verdict, champion: String(summary.champion) });
  gauge('retailers', summary.retailers, 'Retailers of the last run');
  gauge('segments', summary.segments.clusters, 'Segments of the last run');
  gauge('noise_share', summary.segments.noise, 'Share of retailers without a segment');
  gauge('largest_share', summary.segments.largestShare, 'Share of the largest segment');
  gauge('share_kept', summary.shareKept, 'Share of retailers that kept their segment');
}
