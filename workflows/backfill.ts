import { monthRange } from '../shared/contracts/as-of-month.js';
import { problemsOf } from '../shared/contracts/deliveries.js';
import { type BackfillProgress } from '../shared/contracts/stage.js';
import { validate } from '../shared/contracts/validate.js';
import {
  type BackfillInput,
  backfillInputSchema,
  type BackfillRow,
  type RetrainRequest,
} from '../shared/contracts/workflow-inputs.js';
import { SegmentsError } from '../shared/errors.js';
import { temporalConfig } from '../temporal.config.js';
import { type Orchestration } from './orchestration.js';
import { rootMessage } from './root-error.js';

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
  let { paused } = input;

  const progress = (): BackfillProgress => ({
    paused,
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
  const show = (): void =>
    orchestration.showDetails(
      [
        paused ? '### paused: send the signal `resume`\n' : '',
        '| month | state | verdict | run |',
        '|---|---|---|---|',
      ]
        .concat(
          progress().months.map((m) => `| ${m.asOf} | ${m.state} | ${m.verdict ?? ''} | ${m.runId ?? ''} |`),
        )
        .join('\n'),
    );
  const pause = (value: boolean): void => {
    paused = value;
    show();
  };
  orchestration.serveProgress(progress);
  orchestration.serveSignals({ pause: () => pause(true), resume: () => pause(false) });

  const perExecution = input.monthsPerExecution ?? temporalConfig.backfill.monthsPerExecution;
  let begun = 0;
  if (input.resume) rows.push(...(await finishedBefore(orchestration, input)));
  const finished = new Set(rows.map(({ asOf }) => asOf));
  for (const asOf of months) {
    if (finished.has(asOf)) continue;
    if (paused) await orchestration.waitForMessages(() => !paused);
    if (begun >= perExecution || orchestration.historyIsLong()) {
      return await orchestration.continueBackfill({
        ...input,
        from: asOf,
        paused,
        resume: false,
        done: rows,
      });
    }
    begun++;
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
    rows.sort(byMonth);
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
      remedy: `Cure the cause, then start backfill again with from ${row.asOf} and to ${to}, or with the same range and resume true; done months stay as they are.`,
    },
  );
}

const byMonth = (a: BackfillRow, b: BackfillRow): number => (a.asOf < b.asOf ? -1 : 1);

/** Months of the range that runs of the same source and config did before. */
async function finishedBefore(
  { activities }: Orchestration,
  { artifacts, from, to, source, config, done }: BackfillInput,
): Promise<BackfillRow[]> {
  const { rows } = await activities.findFinished({ artifacts, from, to, source, config });
  return rows.filter(({ asOf }) => !done.some((row) => row.asOf === asOf));
}

/** The run of this backfill that month `asOf` follows; undefined where the store has to say. */
function lastPublished(rows: readonly BackfillRow[], asOf: string): string | undefined {
  const published = ({ verdict }: BackfillRow): boolean => verdict === 'published' || verdict === 'first';
  return rows.findLast((row) => row.asOf < asOf && published(row))?.runId;
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
