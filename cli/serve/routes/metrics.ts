import { type ApiRoutes } from '../api-dependencies.js';

/** `GET /metrics` for Prometheus, which sends the token as its bearer_token. */
export const metricsRoutes: ApiRoutes = {
  access: 'token',
  register(app, { metrics }) {
    app.get(
      '/metrics',
      { schema: { summary: 'Metrics in the text format of Prometheus', produces: ['text/plain'] } },
      async (_request, reply) =>
        reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()),
    );
  },
};
