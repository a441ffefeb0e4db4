import { createHmac } from 'node:crypto';
import { type SinkOf } from '../contracts/sink.js';
import { type SegmentDelivery, type SegmentSink } from './segment-sink.js';
import { sinkName } from './sink-name.js';
import { requireSecret, sinkCredentialsRefused, sinkRefused, sinkUnavailable } from './sink-errors.js';

const answerMilliseconds = 30_000;
const secretName = 'SEGMENTS_WEBHOOK_SECRET';
const shortestSecret = 24;
const makeOne = 'Make one with: echo whsec_$(openssl rand -base64 32)';

/** What a webhook is told: the run in figures and where its rows are, never the rows themselves. */
export interface WebhookEvent {
  readonly type: 'segments.published' | 'segments.rescored';
  readonly data: {
    readonly runId: string;
    readonly asOf: string;
    readonly modelRunId: string;
    readonly champion: boolean;
    readonly finishedAt: string;
    readonly artifacts: string;
    readonly retailers: number;
    /** Retailers by segment, in order of segment ID; noise not counted. */
    readonly segments: readonly {
      readonly segmentId: string;
      readonly name: string | null;
      readonly retailers: number;
    }[];
    readonly noise: number;
  };
}

/**
 * Posts one signed event a run, by the Standard Webhooks specification 1.0: `webhook-id` is the same for every attempt of
 * a run, so that a receiver tells a repeat; `webhook-signature` is `v1,` and the base64 of HMAC-SHA256 over
 * `id.timestamp.body`. SEGMENTS_WEBHOOK_SECRET holds `whsec_` and base64 (or plain text); several, separated by spaces,
 * sign all, so that a secret can be changed without a gap.
 */
export function createWebhookSink(sink: SinkOf<'webhook'>, env: NodeJS.ProcessEnv): SegmentSink {
  const where = sinkName(sink);
  return {
    name: where,
    async deliver(delivery, { signal }) {
      const secrets = webhookSecrets(requireSecret(env, secretName, where), where);
      const event = webhookEvent(delivery);
      const body = JSON.stringify(event);
      const id = `${event.type}_${delivery.runId}`;
      const timestamp = String(Math.floor(Date.now() / 1000));
      const headers = {
        'content-type': 'application/json',
        'webhook-id': id,
        'webhook-timestamp': timestamp,
        'webhook-signature': secrets.map((secret) => sign(secret, id, timestamp, body)).join(' '),
      };
      const answer = await fetch(sink.url, {
        method: 'POST',
        headers,
        body,
        // A signed event goes where it was addressed, and nowhere else.
        redirect: 'manual',
        signal: AbortSignal.any([signal, AbortSignal.timeout(answerMilliseconds)]),
      }).catch((error: unknown) => {
        if (signal.aborted) throw signal.reason;
        const cause = (error as Error).cause ?? error;
        throw sinkUnavailable(where, `no answer (${(cause as Error).message})`, error);
      });
      await answer.body?.cancel();
      judge(answer.status, where);
      return { rows: delivery.rows.shopIds.length, current: delivery.champion };
    },
  };
}

function judge(status: number, where: string): void {
  if (status >= 200 && status < 300) return;
  const said = `answered HTTP ${status}`;
  if (status === 408 || status === 425 || status === 429 || status >= 500) throw sinkUnavailable(where, said);
  if (status === 401 || status === 403) {
    throw sinkCredentialsRefused(
      where,
      said,
      `See that the receiver verifies with the secret in ${secretName}.`,
    );
  }
  if (status >= 300 && status < 400)
    throw sinkRefused(where, `${said}, a redirect, which is not followed`, 'Give the final address.');
  throw sinkRefused(where, said, 'Look into the log of the receiver: it refuses the event as it is.');
}

/** The keys behind the variable. @throws SegmentsError CredentialsRefused for one that can be guessed */
function webhookSecrets(text: string, where: string): Buffer[] {
  const parts = text.split(/\s+/).filter((part) => part !== '');
  if (parts.length === 0) {
    throw sinkCredentialsRefused(where, `${secretName} holds blanks; expected a secret`, makeOne);
  }
  return parts.map((part) => {
    const key = part.startsWith('whsec_') ? Buffer.from(part.slice(6), 'base64') : Buffer.from(part);
    if (key.byteLength >= shortestSecret) return key;
    throw sinkCredentialsRefused(
      where,
      `${secretName} holds a secret of ${key.byteLength} bytes; expected at least ${shortestSecret}`,
      makeOne,
    );
  });
}

/** One signature of Standard Webhooks. */
export function sign(secret: Uint8Array, id: string, timestamp: string, body: string): string {
  return `v1,${createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
}

export function webhookEvent(delivery: SegmentDelivery): WebhookEvent {
  const { rows } = delivery;
  const segments = new Map<string, { name: string | null; retailers: number }>();
  let noise = 0;
  rows.segmentIds.forEach((id, i) => {
    if (id === null) noise++;
    else {
      const found = segments.get(id) ?? { name: rows.segmentNames[i]!, retailers: 0 };
      found.retailers++;
      segments.set(id, found);
    }
  });
  const { runId, asOf, modelRunId, champion, finishedAt, artifacts } = delivery;
  return {
    type: runId === modelRunId ? 'segments.published' : 'segments.rescored',
    data: {
      ...{ runId, asOf, modelRunId, champion, artifacts },
      finishedAt: new Date(finishedAt).toISOString(),
      retailers: rows.shopIds.length,
      segments: [...segments]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([segmentId, { name, retailers }]) => ({ segmentId, name, retailers })),
      noise,
    },
  };
}
