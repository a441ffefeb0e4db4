import swagger from '@fastify/swagger';
import Fastify, { type FastifyBaseLogger, type FastifyInstance } from 'fastify';
import { randomUUID } from 'node:crypto';
import { type z } from 'zod';
import { validate } from '../../shared/contracts/validate.js';
import { type ApiDependencies, type ApiRoutes } from './api-dependencies.js';
import { requireToken } from './authenticate.js';
import { openApiSchema } from './openapi.js';
import { HttpProblem, sendProblem } from './problem.js';

export interface ServerOptions {
  /** Undefined: whoever reaches the server may ask; only for servers that listen on loopback. */
  readonly token: string | undefined;
  readonly logger: FastifyBaseLogger | undefined;
  readonly routes: readonly ApiRoutes[];
}

/** 10,000 posted rows take about 1 MB. */
const bodyLimit = 2_000_000;

/** The HTTP server of `segments serve`: problems instead of errors, a token where one is set, limits, metrics, OpenAPI. */
export async function createServer(deps: ApiDependencies, options: ServerOptions): Promise<FastifyInstance> {
  const app: FastifyInstance = Fastify({
    ...(options.logger === undefined ? { logger: false } : { loggerInstance: options.logger }),
    bodyLimit,
    // A slow sender must not hold a connection for good.
    requestTimeout: 30_000,
    genReqId: () => randomUUID(),
    routerOptions: { maxParamLength: 300, ignoreTrailingSlash: true },
  });

  app.setValidatorCompiler<z.ZodType>(({ schema, httpPart }) => (value) => ({
    value: validate(schema, value, {
      code: 'InvalidInput',
      where: httpPart ?? 'request',
      remedy: 'Correct the fields named; GET /openapi.json describes them.',
    }),
  }));
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
  app.setErrorHandler((error, request, reply) => sendProblem(request, reply, error));
  app.setNotFoundHandler((request, reply) => {
    const what = `${request.method} ${request.url.slice(0, 200)}`;
    return sendProblem(request, reply, new HttpProblem(404, 'There is no such address', `found ${what}`));
  });
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none';
    const status = String(reply.statusCode);
    deps.metrics.requests.observe({ method: request.method, route, status }, reply.elapsedTime / 1000);
  });

  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'stable-segments', version: deps.codeVersion, description: 'Segments of retailers.' },
      components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
    },
    transform: ({ schema, url }) => ({ schema: openApiSchema(schema), url }),
  });
  const inGroup = (access: ApiRoutes['access']) => async (group: FastifyInstance) => {
    if (access === 'token' && options.token !== undefined) {
      group.addHook('onRequest', requireToken(options.token));
      group.addHook('onRoute', (route) => {
        route.schema = { ...route.schema, security: [{ token: [] }] };
      });
    }
    for (const routes of options.routes) if (routes.access === access) routes.register(group, deps);
  };
  await app.register(inGroup('open'));
  await app.register(inGroup('token'));
  app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger());
  await app.ready();
  return app;
}
