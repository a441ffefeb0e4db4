import { z } from 'zod';
import { readDecision } from '../../../shared/artifacts/decide-run.js';
import { readManifest } from '../../../shared/artifacts/manifest.js';
import { findRuns, indexEntrySchema, listRuns, readChampion } from '../../../shared/artifacts/run-index.js';
import { asOfMonthSchema } from '../../../shared/contracts/as-of-month.js';
import {
  decisionOutcomes,
  decisionRequestSchema,
  decisionSchema,
} from '../../../shared/contracts/decision.js';
import { referenceSchema } from '../../../shared/contracts/reference.js';
import { runSummarySchema } from '../../../shared/contracts/run-summary.js';
import { decideRun } from '../../decide-run.js';
import { type ApiRoutes } from '../api-dependencies.js';
import { problemSchema } from '../problem.js';

const runParams = z.strictObject({
  runId: z.string().regex(/^[\w-]{1,64}$/, { error: 'expected a run ID' }),
});
const runsQuery = z.strictObject({
  asOf: asOfMonthSchema.optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
});
const decisionBody = decisionRequestSchema.extend({ outcome: z.enum(decisionOutcomes) });

/** Runs of the store, the newest first; one run; a person's decision on a held one. */
export const runRoutes: ApiRoutes = {
  access: 'token',
  register(app, { store, withClient, now }) {
    app.get<{ Querystring: z.infer<typeof runsQuery> }>(
      '/v1/runs',
      {
        schema: {
          summary: 'Finished runs, the newest first',
          querystring: runsQuery,
          response: {
            200: z.object({ champion: z.string().nullable(), runs: z.array(indexEntrySchema) }),
            400: problemSchema,
          },
        },
      },
      async ({ query: { asOf, limit } }) => {
        const [champion, entries] = await Promise.all([
          readChampion(store),
          asOf === undefined ? listRuns(store) : findRuns(store, asOf),
        ]);
        return { champion: champion?.runId ?? null, runs: entries.slice(-limit).reverse() };
      },
    );

    app.get<{ Params: z.infer<typeof runParams> }>(
      '/v1/runs/:runId',
      {
        schema: {
          summary: 'One run: its figures, its files, and what was decided on it',
          params: runParams,
          response: {
            200: z.object({
              summary: runSummarySchema,
              decision: decisionSchema.nullable(),
              files: z.record(z.string(), referenceSchema),
            }),
            404: problemSchema,
          },
        },
      },
      async ({ params: { runId } }) => {
        const [{ summary, files }, decision, champion] = await Promise.all([
          readManifest(store, runId),
          readDecision(store, runId),
          readChampion(store),
        ]);
        return {
          summary: { ...summary, champion: champion?.runId === runId },
          decision: decision ?? null,
          files,
        };
      },
    );

    app.post<{ Params: z.infer<typeof runParams>; Body: z.infer<typeof decisionBody> }>(
      '/v1/runs/:runId/decision',
      {
        schema: {
          summary: 'Approve or reject a held run',
          params: runParams,
          body: decisionBody,
          response: {
            200: z.object({
              decision: decisionSchema,
              champion: z.boolean(),
              championNow: z.object({ runId: z.string(), asOf: z.string() }).nullable(),
              deliverWith: z.string().nullable(),
            }),
            404: problemSchema,
            409: problemSchema,
          },
        },
      },
      async ({ params: { runId }, body: { outcome, ...request } }) =>
        await withClient((client) => decideRun({ store, runId, outcome, request, client, now: now() })),
    );
  },
};
