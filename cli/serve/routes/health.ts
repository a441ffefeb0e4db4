import { z } from 'zod';
import { readChampion } from '../../../shared/artifacts/run-index.js';
import { type ApiRoutes } from '../api-dependencies.js';
import { problemSchema } from '../problem.js';

/** `GET /healthz`: the process answers. `GET /readyz`: so does the store. */
export const healthRoutes: ApiRoutes = {
  access: 'open',
  register(app, { store, metrics, codeVersion }) {
    app.get(
      '/healthz',
      {
        schema: {
          summary: 'The process is alive',
          response: { 200: z.object({ status: z.literal('ok'), version: z.string() }) },
        },
      },
      async () => ({ status: 'ok', version: codeVersion }),
    );
    app.get(
      '/readyz',
      {
        schema: {
          summary: 'The artifact store answers; tells the champion',
          response: {
            200: z.object({
              status: z.literal('ready'),
              champion: z.object({ runId: z.string(), asOf: z.string() }).nullable(),
            }),
            503: problemSchema,
          },
        },
      },
      async () => {
        const champion = await readChampion(store);
        metrics.champion.reset();
        if (champion === undefined) return { status: 'ready', champion: null };
        metrics.champion.set({ run_id: champion.runId, as_of: champion.asOf }, 1);
        return { status: 'ready', champion: { runId: champion.runId, asOf: champion.asOf } };
      },
    );
  },
};
