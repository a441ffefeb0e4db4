import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { scoreStatuses } from '../../../shared/contracts/rescore-summary.js';
import { rescoreFieldsSchema } from '../../../shared/contracts/workflow-inputs.js';
import { type ApiRoutes } from '../api-dependencies.js';
import { limitConcurrency } from '../limit-concurrency.js';
import { problemSchema } from '../problem.js';

const body = rescoreFieldsSchema
  .pick({ rows: true, asOf: true, runId: true, retailers: true, provisional: true, ingest: true })
  .required({ rows: true });

const answer = z.object({
  runId: z.string(),
  asOf: z.string(),
  modelRunId: z.string(),
  rejectedRows: z.int(),
  segments: z.array(
    z.object({
      shopId: z.string(),
      status: z.enum(scoreStatuses),
      segmentId: z.string().nullable(),
      strength: z.number().nullable(),
      outlierScore: z.number().nullable(),
      previousSegmentId: z.string().nullable(),
      reason: z.string(),
    }),
  ),
});

/** Segments of up to a thousand retailers from their sales. */
export const scoreRoutes: ApiRoutes = {
  access: 'token',
  register(app, { engine, store, metrics }) {
    const inTurn = limitConcurrency(2, 50);
    app.post<{ Body: z.infer<typeof body> }>(
      '/v1/score',
      {
        schema: {
          summary: 'Place retailers into segments from their monthly sales; nothing is stored',
          body,
          response: { 200: answer, 400: problemSchema, 422: problemSchema, 503: problemSchema },
        },
      },
      async ({ body: request }) => {
        const input = { ...request, artifacts: store.uri };
        const found = await inTurn(() => engine.askSegments(`score-${randomUUID()}`, input));
        for (const { status } of found.segments) metrics.scored.inc({ status });
        return found;
      },
    );
  },
};
