import { type Payload, type PayloadCodec } from '@temporalio/common';
import { fastify, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { z } from 'zod';
import { SegmentsError } from '../../shared/errors.js';
import { isSameSecret } from '../../shared/same-secret.js';
import { payloadFromJson, payloadToJson } from '../../shared/payload-codec/json-payload.js';

export interface CodecServerOptions {
  readonly codec: PayloadCodec;
  /** Bearer token that callers must show; undefined lets everyone in, for a server on 127.0.0.1 only. */
  readonly token: string | undefined;
  /** Origins of Temporal UIs that may call, for example http://localhost:8233. */
  readonly origins: readonly string[];
}

/** Temporal takes no payload above 2 MB; base64 and a page of history make more of it. */
const bodyLimit = 16 * 1024 * 1024;

const requestSchema = z.object({
  payloads: z.array(
    z.object({
      metadata: z.record(z.string(), z.string()).nullish(),
      data: z.string().nullish(),
    }),
  ),
});

/**
 * Temporal's codec server protocol: POST /decode and /encode with `{ payloads }`, for a UI or CLI that cannot hold keys.
 * Answers CORS preflights of the given origins only. Nothing of a payload is logged.
 */
export function createCodecServer({ codec, token, origins }: CodecServerOptions): FastifyInstance {
  const server = fastify({ bodyLimit, logger: false });

  server.addHook('onRequest', async (request, reply) => {
    const { origin } = request.headers;
    void reply.header('vary', 'Origin');
    if (origin !== undefined && origins.includes(origin)) {
      void reply
        .header('access-control-allow-origin', origin)
        .header('access-control-allow-methods', 'POST, OPTIONS')
        .header('access-control-allow-headers', 'content-type, x-namespace, authorization')
        .header('access-control-allow-credentials', 'true')
        .header('access-control-max-age', '600');
    }
    if (request.method === 'OPTIONS') return reply.code(204).send();
    if (!['/healthz', '/readyz'].includes(request.url) && !isAuthorised(request, token)) {
      return reply
        .code(401)
        .header('www-authenticate', 'Bearer')
        .send({ message: 'expected a bearer token' });
    }
    return undefined;
  });

  const route = (path: string, work: (payloads: Payload[]) => Promise<Payload[]>): void => {
    server.post(path, async (request, reply) => await answer(request, reply, work));
  };
  route('/encode', (payloads) => codec.encode(payloads));
  route('/decode', (payloads) => codec.decode(payloads));
  // Preflights end in the hook above; without a route they would not get there.
  server.options('*', async (_request, reply) => reply.code(204).send());
  // Where the HTTP API has them too, so that one deployment's probes fit both.
  for (const path of ['/healthz', '/readyz']) server.get(path, async () => ({ status: 'ok' }));
  return server;
}

function isAuthorised(request: FastifyRequest, token: string | undefined): boolean {
  if (token === undefined) return true;
  const [scheme, given] = (request.headers.authorization ?? '').split(' ');
  return scheme?.toLowerCase() === 'bearer' && isSameSecret(given ?? '', token);
}

async function answer(
  request: FastifyRequest,
  reply: FastifyReply,
  work: (payloads: Payload[]) => Promise<Payload[]>,
): Promise<unknown> {
  const body = requestSchema.safeParse(request.body);
  if (!body.success) return reply.code(400).send({ message: 'expected { payloads: [{ metadata, data }] }' });
  try {
    const payloads = await work(body.data.payloads.map(payloadFromJson));
    return { payloads: payloads.map(payloadToJson) };
  } catch (error) {
    const message = error instanceof SegmentsError ? error.message : 'not payloads';
    return reply.code(400).send({ message });
  }
}
