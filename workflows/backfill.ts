import { addMonths, monthRange } from '../shared/contracts/as-of-month.js';
import { problemsOf } from '../shared/contracts/deliveries.js';
import { type BackfillProgress } from '../shared/contracts/stage.js';
import { validate } from '../shared/contracts/validate.js';
import {
  backfillInputSchema,
  type BackfillRow,
  type RetrainRequest,
} from '../shared/contracts/workflow-inputs.js';
import { SegmentsError } from '../shared/errors.js';
import { temporalConfig } from '../temporal.config.js';
import { type Orchestration } from './orchestration.js';
import { rootMessage } from './root-message.js';

/**
 * Retrains month after month, in order, each compared with the one before that was published. A month that
 * fails stops the backfill or is skipped, as `onFailure` says. Returns a row per month.
 */
export async function backfill(orchestration: Orchestration, request: unknown): Promise<BackfillRow[]> {
  const input = validate(backfillInputSchema, request, {
    code: 'InvalidInput',
    where: 'input of backfill',
    remedy: 'Correct the fields named and start the workflow again.',
  });
  const rows: BackfillRow[] = [...input.done];
  const months = monthRange(input.from, input.to);
  const childId = (asOf: string): string => `${orchestration.workflowId}/retrain-${asOf}`;
  let running: string | undefined;

  const progress = (): BackfillProgress => ({
    months: [
      ...rows.map((row) => ({
        ...row,
        state: row.verdict === 'failed' ? ('failed' as const) : ('done' as const),
      })),
      ...months
        .filter((asOf) => !rows.some((row) => row.asOf === asOf))
        .map((asOf) => ({
          asOf,
          workflowId: childId(asOf),
          state: asOf === running ? ('running' as const) : ('pending' as const),
        })),
    ] as BackfillProgress['months'],
  });
  orchestration.serveProgress(progress);
  const show = (): void =>
    orchestration.showDetails(
      ['| month | state | verdict | run |', '|---|---|---|---|']
        .concat(
          progress().months.map((m) => `| ${m.asOf} | ${m.state} | ${m.verdict ?? ''} | ${m.runId ?? ''} |`),
        )
        .join('\n'),
    );

  for (const [position, asOf] of months.entries()) {
    if (position >= temporalConfig.backfill.monthsPerExecution || orchestration.historyIsLong()) {
      return await orchestration.continueBackfill({ ...input, from: asOf, done: rows });
    }
    running = asOf;
    show();
    const row = await retrainMonth(orchestration, childId(asOf), asOf, {
      asOf,
      source: input.source,
      ...(input.artifacts === undefined ? {} : { artifacts: input.artifacts }),
      config: input.config,
      sinks: input.sinks,
      ...(input.tracking === undefined ? {} : { tracking: input.tracking }),
      compareTo: lastPublished(rows, asOf) ?? 'previous',
    });
    rows.push(row);
    running = undefined;
    show();
    if (row.verdict === 'failed' && input.onFailure === 'stop') throw stopped(row, rows, input.to);
  }
  return rows;
}

function stopped(row: BackfillRow, rows: readonly BackfillRow[], to: string): SegmentsError {
  const done = rows
    .filter(({ verdict }) => verdict !== 'failed')
    .map(({ asOf, verdict }) => `${asOf} ${verdict}`);
  return new SegmentsError(
    'MonthFailed',
    `${row.asOf} failed: ${row.problem ?? 'unknown'}; months done before it: ${done.join(', ') || 'none'}`,
    {
      where: row.workflowId,
      remedy: `Cure the cause, then start backfill again with from ${row.asOf} and to ${to}; done months stay as they are.`,
    },
  );
}

/** The run of this backfill that month `asOf` follows; undefined where the store has to say. */
function lastPublished(rows: readonly BackfillRow[], asOf: string): string | undefined {
  const row = rows.findLast(({ verdict }) => verdict === 'published' || verdict === 'first');
  return row !== undefined && row.asOf <= addMonths(asOf, -1) ? row.runId : undefined;
}

async function retrainMonth(
  orchestration: Orchestration,
  workflowId: string,
  asOf: string,
  input: RetrainRequest,
): Promise<BackfillRow> {
  try {
    const { runId, verdict, ...outcomes } = await orchestration.retrainChild(workflowId, input);
    const undelivered = problemsOf(outcomes);
    return { asOf, workflowId, runId, verdict, ...(undelivered.length === 0 ? {} : { undelivered }) };
  } catch (error) {
    if (orchestration.isCancellation(error)) throw error;
    return { asOf, workflowId, verdict: 'failed', problem: rootMessage(error) };
  }
}
