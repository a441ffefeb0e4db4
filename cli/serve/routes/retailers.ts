import { z } from 'zod';
import { readChampion } from '../../../shared/artifacts/run-index.js';
import { SegmentsError } from '../../../shared/errors.js';
import { type ApiRoutes } from '../api-dependencies.js';
import { limitConcurrency } from '../limit-concurrency.js';
import { HttpProblem, problemSchema } from '../problem.js';

const params = z.strictObject({ shopId: z.string().min(1).max(200) });
const query = z.strictObject({ runId: z.uuid({ error: 'expected a run ID, which is a UUID' }).optional() });

/** Where one retailer stands, in the champion or in a run that is named. */
export const retailerRoutes: ApiRoutes = {
  access: 'token',
  register(app, { store, lookup }) {
    const inTurn = limitConcurrency(8, 200);
    app.get<{ Params: z.infer<typeof params>; Querystring: z.infer<typeof query> }>(
      '/v1/retailers/:shopId/segment',
      {
        schema: {
          summary: 'The segment of one retailer, in the champion or in the run named',
          params,
          querystring: query,
          response: {
            200: z.object({
              shopId: z.string(),
              runId: z.string(),
              asOf: z.string(),
              segmentId: z.string().nullable(),
              segmentName: z.string().nullable(),
              strength: z.number().nullable(),
              outlierScore: z.number().nullable(),
              previousSegmentId: z.string().nullable(),
            }),
            404: problemSchema,
          },
        },
      },
      async ({ params: { shopId }, query: { runId } }) => {
        const id = runId ?? (await readChampion(store))?.runId;
        if (id === undefined) {
          throw new SegmentsError('RunNotFound', 'found no champion; expected a published run', {
            where: store.uri,
            remedy: 'Publish a run first, or name one by runId.',
          });
        }
        const found = await inTurn(() => lookup.find(id, shopId));
        if (found !== undefined) return found;
        throw new HttpProblem(
          404,
          'There is no such retailer',
          `run ${id} has no eligible retailer ${JSON.stringify(shopId)}; POST /v1/score places one from its sales`,
        );
      },
    );
  },
};
