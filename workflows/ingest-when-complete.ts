import { type AsOfMonth } from '../shared/contracts/as-of-month.js';
import { durationMilliseconds } from '../shared/contracts/duration.js';
import { type IngestResult } from '../shared/contracts/stage-activities.js';
import { type RetrainInput } from '../shared/contracts/workflow-inputs.js';
import { SegmentsError } from '../shared/errors.js';
import { type Orchestration } from './orchestration.js';
import { rootCode, rootMessage } from './root-error.js';

type LateSales = NonNullable<RetrainInput['lateSales']>;

/**
 * Reads the source until it holds the as-of month as fully as is usual, with durable pauses between, and fails with
 * SalesIncomplete once the time for it is over. `say` tells people what is waited for.
 */
export async function ingestWhenComplete(
  orchestration: Pick<Orchestration, 'now' | 'sleep' | 'scheduledStart'>,
  asOf: AsOfMonth,
  policy: LateSales,
  read: () => Promise<IngestResult>,
  say: (detail: string) => void,
): Promise<IngestResult> {
  const begun = orchestration.scheduledStart?.getTime() ?? orchestration.now();
  const deadline = begun + durationMilliseconds(policy.giveUpAfter);
  const pause = durationMilliseconds(policy.retryEvery);
  for (;;) {
    const { result, missing } = await look(read, asOf, policy.minShareOfUsual);
    if (missing === undefined) return result;
    if (orchestration.now() + pause > deadline) throw incomplete(asOf, missing, policy);
    const next = new Date(orchestration.now() + pause).toISOString().slice(0, 16);
    say(`waits for sales of ${asOf}: ${missing}; looks again ${next}Z`);
    await orchestration.sleep(pause);
  }
}

type Look =
  | { readonly result: IngestResult; readonly missing: undefined }
  | { readonly result: undefined; readonly missing: string };

async function look(read: () => Promise<IngestResult>, asOf: AsOfMonth, share: number): Promise<Look> {
  let result: IngestResult;
  try {
    result = await read();
  } catch (error) {
    if (rootCode(error) !== 'NoSales') throw error;
    return { result: undefined, missing: rootMessage(error) };
  }
  const missing = whatIsMissing(result, asOf, share);
  return missing === undefined ? { result, missing } : { result: undefined, missing };
}

/** What a month lacks, in words; undefined where it is as full as is usual, or nobody can say. */
export function whatIsMissing(
  { counts, month }: Pick<IngestResult, 'counts' | 'month'>,
  asOf: AsOfMonth,
  share: number,
): string | undefined {
  if (counts.lastMonth < asOf) return `the source ends with ${counts.lastMonth}`;
  if (month === null || month.ratio >= share) return undefined;
  const percent = `${(100 * month.ratio).toFixed(1)}%`;
  return `${month.rows} rows, ${percent} of the ${Math.round(month.expected)} usual for that month, at least ${(100 * share).toFixed(0)}% are expected`;
}

function incomplete(asOf: AsOfMonth, missing: string, { giveUpAfter }: LateSales): SegmentsError {
  return new SegmentsError(
    'SalesIncomplete',
    `sales of ${asOf} did not come within ${giveUpAfter}: ${missing}`,
    {
      where: 'source',
      remedy: `Have the source completed, then run that month again; without lateSales it runs on what is there, and the gate judges it.`,
    },
  );
}
