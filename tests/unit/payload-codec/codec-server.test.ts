import { defaultPayloadConverter } from '@temporalio/common';
import { type FastifyInstance } from 'fastify';
import { randomBytes } from 'node:crypto';
import { afterAll, expect, test } from 'vitest';
import { createCodecServer } from '../../../infra/codec-server/codec-server.js';
import { createEncryptionCodec } from '../../../shared/payload-codec/encryption-codec.js';
import { payloadToJson } from '../../../shared/payload-codec/json-payload.js';
import { parseEncryptionKeys } from '../../../shared/payload-codec/encryption-keys.js';

const codec = createEncryptionCodec(parseEncryptionKeys(`a:${randomBytes(32).toString('base64')}`)!);
const ui = 'http://localhost:8233';
const server: FastifyInstance = createCodecServer({ codec, token: 'a-token', origins: [ui] });
afterAll(() => server.close());

const body = async (): Promise<{ payloads: unknown[] }> => {
  const payload = defaultPayloadConverter.toPayload({ asOf: '2023-12' })!;
  return { payloads: (await codec.encode([payload])).map(payloadToJson) };
};
const post = (url: string, payload: object, headers: Record<string, string> = {}) =>
  server.inject({ method: 'POST', url, payload, headers: { authorization: 'Bearer a-token', ...headers } });

test('decodes what workers wrote, and encodes what a UI sends, in the protocol that the Temporal UI speaks', async () => {
  const decoded = await post('/decode', await body(), { origin: ui });
  expect(decoded.statusCode).toBe(200);
  expect(decoded.headers['access-control-allow-origin']).toBe(ui);
  const { payloads } = decoded.json<{ payloads: { data: string }[] }>();
  expect(JSON.parse(Buffer.from(payloads[0]!.data, 'base64').toString())).toEqual({ asOf: '2023-12' });
  const encoded = await post('/encode', { payloads });
  const again = await post('/decode', encoded.json<object>());
  expect(again.json()).toEqual({ payloads });
});

test('a preflight of the UI is answered without a token; other origins get no leave', async () => {
  const preflight = (origin: string) =>
    server.inject({
      method: 'OPTIONS',
      url: '/decode',
      headers: { origin, 'access-control-request-method': 'POST' },
    });
  const allowed = await preflight(ui);
  expect(allowed.statusCode).toBe(204);
  expect(allowed.headers['access-control-allow-headers']).toContain('authorization');
  expect(
    (await preflight('https://elsewhere.example')).headers['access-control-allow-origin'],
  ).toBeUndefined();
});

test('without the token, or with another, nothing is decoded', async () => {
  for (const authorization of ['', 'Bearer', 'Bearer a-tokem', 'Basic a-token']) {
    expect((await post('/decode', await body(), { authorization })).statusCode).toBe(401);
  }
});

test('what is no payload, and what no key opens, is a 400 with a sentence', async () => {
  expect((await post('/decode', { payload: 1 })).statusCode).toBe(400);
  const foreign = createEncryptionCodec(parseEncryptionKeys(`b:${randomBytes(32).toString('base64')}`)!);
  const payloads = (await foreign.encode([defaultPayloadConverter.toPayload(1)!])).map(payloadToJson);
  const refused = await post('/decode', { payloads });
  expect(refused.statusCode).toBe(400);
  expect(refused.json<{ message: string }>().message).toContain('"b"');
});
