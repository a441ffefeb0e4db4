import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type SegmentSink } from '../../../shared/sinks/segment-sink.js';
import { createWebhookSink, type WebhookEvent } from '../../../shared/sinks/webhook-sink.js';
import { deliverTo, makeDelivery } from '../../support/sink-contract.js';

const secret = `whsec_${randomBytes(32).toString('base64')}`;

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A receiver on a free port that answers with the statuses given, in order, and then with 200. */
async function receiver(
  ...statuses: number[]
): Promise<{ url: string; received: Received[]; server: Server }> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      received.push({ headers: request.headers, body });
      const status = statuses.shift() ?? 200;
      response
        .writeHead(status, status >= 300 && status < 400 ? { location: '/elsewhere' } : {})
        .end('thanks');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook?token=t0ken`,
    received,
    server,
  };
}

const sinkAt = (url: string, value: string | undefined = secret): SegmentSink =>
  createWebhookSink({ kind: 'webhook', url }, value === '' ? {} : { SEGMENTS_WEBHOOK_SECRET: value });

/** Verifies as docs/sinks.md tells a receiver to, written apart from the code that signs. */
function isGenuine({ headers, body }: Received, key: string, now: number): boolean {
  const [id, timestamp, signatures] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) =>
    String(headers[name]),
  ) as [string, string, string];
  if (Math.abs(now / 1000 - Number(timestamp)) > 300) return false;
  const wanted = createHmac('sha256', Buffer.from(key.replace(/^whsec_/, ''), 'base64'))
    .update(`${id}.${timestamp}.${body}`)
    .digest();
  return signatures.split(' ').some((signature) => {
    const [version, value = ''] = signature.split(',');
    const given = Buffer.from(value, 'base64');
    return version === 'v1' && given.length === wanted.length && timingSafeEqual(given, wanted);
  });
}

describe('a webhook', () => {
  test('is told of the run in one event that its receiver can verify, without a row of a retailer', async () => {
    const { url, received } = await receiver();
    const delivery = makeDelivery({ count: 30 });
    expect(await deliverTo(sinkAt(url), delivery)).toEqual({ rows: 30, current: true });
    expect(received).toHaveLength(1);
    expect(isGenuine(received[0]!, secret, Date.now())).toBe(true);
    expect(
      isGenuine({ ...received[0]!, body: received[0]!.body.replace('30', '31') }, secret, Date.now()),
    ).toBe(false);
    expect(isGenuine(received[0]!, secret, Date.now() + 3600_000)).toBe(false);
    const event = JSON.parse(received[0]!.body) as WebhookEvent;
    expect(event).toMatchObject({
      type: 'segments.published',
      data: { runId: delivery.runId, asOf: '2023-12', champion: true, retailers: 30, noise: 6 },
    });
    expect(event.data.segments.map(({ segmentId }) => segmentId)).toEqual(['S01', 'S02', 'S03']);
    expect(event.data.segments.reduce((sum, { retailers }) => sum + retailers, event.data.noise)).toBe(30);
    expect(received[0]!.body).not.toContain('shop-00008');
  });

  test('has the same id in every attempt of a run, and another for another run, so that a receiver tells a repeat', async () => {
    const { url, received } = await receiver(503);
    const delivery = makeDelivery();
    await expect(deliverTo(sinkAt(url), delivery)).rejects.toMatchObject({ code: 'SinkUnavailable' });
    await deliverTo(sinkAt(url), delivery);
    await deliverTo(sinkAt(url), makeDelivery());
    const ids = received.map(({ headers }) => headers['webhook-id']);
    expect(ids[0]).toBe(ids[1]);
    expect(ids[2]).not.toBe(ids[0]);
    expect(received[0]!.body).toBe(received[1]!.body);
  });

  test('signs with every secret while one is being replaced', async () => {
    const { url, received } = await receiver();
    const next = `whsec_${randomBytes(32).toString('base64')}`;
    await deliverTo(sinkAt(url, `${secret} ${next}`), makeDelivery());
    expect(isGenuine(received[0]!, secret, Date.now())).toBe(true);
    expect(isGenuine(received[0]!, next, Date.now())).toBe(true);
  });

  test.each([
    [429, 'SinkUnavailable'],
    [500, 'SinkUnavailable'],
    [503, 'SinkUnavailable'],
    [401, 'CredentialsRefused'],
    [403, 'CredentialsRefused'],
    [302, 'SinkRefused'],
    [404, 'SinkRefused'],
    [410, 'SinkRefused'],
    [422, 'SinkRefused'],
  ])('that answers %i makes it %s, and its token is not said', async (status, code) => {
    const { url, received } = await receiver(status);
    const error = await deliverTo(sinkAt(url), makeDelivery()).catch((thrown: unknown) => thrown as Error);
    expect(error).toMatchObject({ code });
    expect(JSON.stringify(error) + (error as Error).message).not.toContain('t0ken');
    // A redirect is not followed: the event is for the address that was given.
    expect(received).toHaveLength(1);
  });

  test('that nobody listens at, or that hangs up, is worth a retry', async () => {
    await expect(deliverTo(sinkAt('http://127.0.0.1:9/'), makeDelivery())).rejects.toMatchObject({
      code: 'SinkUnavailable',
    });
    const { url, server } = await receiver();
    server.removeAllListeners('request');
    server.on('request', (request) => request.socket.destroy());
    await expect(deliverTo(sinkAt(url), makeDelivery())).rejects.toMatchObject({ code: 'SinkUnavailable' });
  });

  test('without a secret, or with one that can be guessed, is not called at all', async () => {
    const { url, received } = await receiver();
    for (const value of ['', ' \n ', 'short', `whsec_${Buffer.from('tiny').toString('base64')}`])
      await expect(deliverTo(sinkAt(url, value), makeDelivery())).rejects.toMatchObject({
        code: 'CredentialsRefused',
      });
    expect(received).toHaveLength(0);
  });
});
