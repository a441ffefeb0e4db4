import { addMonths } from '../contracts/as-of-month.js';
import { type SinkOf } from '../contracts/sink.js';
import { historyColumns, type HistoryValue, historyRow } from './history-layout.js';
import { type SegmentDelivery, type SegmentSink } from './segment-sink.js';
import { sinkCredentialsRefused, sinkRefused, sinkUnavailable } from './sink-errors.js';
import { sinkName } from './sink-name.js';

const rowsPerPush = 5000;
const answerMilliseconds = 120_000;

/**
 * Pushes rows to a push source of a Feast feature server, entity `shop_id`. `event_timestamp` is the end of the as-of
 * month, `created` when the run finished: pushed twice, a row is the same row, and of two runs of a month Feast takes the
 * later. The online store knows no history, so only the champion goes there; whatever else is delivered goes to the
 * offline store alone. Feast has no transactions: while batches are under way online readers may see both runs.
 * SEGMENTS_FEAST_TOKEN is sent as a bearer token, where it is set.
 */
export function createFeastSink(
  sink: SinkOf<'feast'>,
  env: Readonly<Record<string, string | undefined>>,
): SegmentSink {
  const name = sinkName(sink);
  return {
    name,
    async deliver(delivery, { signal, onProgress }) {
      const to = delivery.champion ? sink.to : sink.to === 'online' ? undefined : 'offline';
      const current = delivery.champion && sink.to !== 'offline';
      if (to === undefined) return { rows: 0, current: false };
      const total = delivery.rows.shopIds.length;
      for (let from = 0; from < total; from += rowsPerPush) {
        const end = Math.min(from + rowsPerPush, total);
        const body = { push_source_name: sink.pushSource, df: frame(delivery, from, end), to };
        await push(`${sink.url.replace(/\/+$/, '')}/push`, body, env['SEGMENTS_FEAST_TOKEN'], name, signal);
        onProgress({ phase: 'rows', done: end, total });
      }
      return { rows: total, current };
    },
  };
}

/** Rows as columns, as Feast takes them. */
function frame(delivery: SegmentDelivery, from: number, end: number): Record<string, HistoryValue[]> {
  const rows = Array.from({ length: end - from }, (_, i) => historyRow(delivery, from + i));
  const columns = historyColumns
    .map(({ name }, j): [string, HistoryValue[]] => [name, rows.map((row) => row[j]!)])
    .filter(([name]) => name !== 'finished_at');
  const eventTimestamp = `${addMonths(delivery.asOf, 1)}-01T00:00:00+00:00`;
  const created = new Date(delivery.finishedAt).toISOString().replace('Z', '+00:00');
  return {
    ...Object.fromEntries(columns),
    event_timestamp: rows.map(() => eventTimestamp),
    created: rows.map(() => created),
  };
}

async function push(
  url: string,
  body: object,
  token: string | undefined,
  where: string,
  signal: AbortSignal,
): Promise<void> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
    body: JSON.stringify(body),
    redirect: 'manual',
    signal: AbortSignal.any([signal, AbortSignal.timeout(answerMilliseconds)]),
  }).catch((error: unknown) => {
    if (signal.aborted) throw signal.reason;
    const cause = (error as Error).cause ?? error;
    throw sinkUnavailable(where, `no answer (${(cause as Error).message})`, error);
  });
  const text = (await answer.text()).slice(0, 300);
  if (answer.ok) return;
  const said = `HTTP ${answer.status}: ${text}`;
  if (answer.status === 401 || answer.status === 403)
    throw sinkCredentialsRefused(where, said, 'Set SEGMENTS_FEAST_TOKEN to a token that may push.');
  // Feast answers 500 to much that no retry cures; what it knows to be wrong it names.
  if (/PushSourceNotFound|push source|Unable to find push/i.test(text) || answer.status < 500) {
    if (answer.status !== 429 && answer.status !== 408)
      throw sinkRefused(
        where,
        said,
        'Apply the feature repository of docs/sinks.md, or name its push source.',
      );
  }
  throw sinkUnavailable(where, said);
}
