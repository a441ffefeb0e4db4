import fc from 'fast-check';
import { type InjectOptions } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { problemSchema } from '../../cli/serve/problem.js';
import { type ApiServer, apiToken, startApi } from '../support/api-server.js';
import { anyJson, spoiled } from '../support/wrong-json.js';

type Record = (fault: string, seen: string) => Promise<void>;
type Request = InjectOptions & { readonly url: string };

const nobody = '00000000-0000-4000-8000-000000000000';
const row = { shop_id: 'a', product_id: 'p', year: 2023, month: 5, sales_qty: 3, sales_value: 4.5 };

const text = fc
  .oneof(fc.string({ maxLength: 40 }), fc.string({ maxLength: 40, unit: 'binary' }))
  .filter(isWhole);
/** Half of a surrogate pair is no text: it cannot even be put into an address. */
function isWhole(value: string): boolean {
  try {
    encodeURIComponent(value);
    return true;
  } catch {
    return false;
  }
}

const body = (value: fc.Arbitrary<unknown>): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 5, arbitrary: value.map((each) => JSON.stringify(each) ?? '') },
    { weight: 1, arbitrary: fc.string({ maxLength: 60 }) },
  );

const post = (url: string, value: fc.Arbitrary<unknown>): fc.Arbitrary<Request> =>
  fc
    .tuple(
      body(value),
      fc.constantFrom('application/json', 'application/json', 'text/plain', 'application/xml'),
    )
    .map(([payload, type]) => ({ method: 'POST', url, payload, headers: { 'content-type': type } }));

const query = fc
  .array(fc.tuple(fc.constantFrom('asOf', 'limit', 'runId', 'x'), text), { minLength: 1, maxLength: 3 })
  .map((pairs) => `?${new URLSearchParams(pairs as [string, string][]).toString()}`);

/** Wrong and odd requests to every route, by its name. */
const routes: { readonly [route: string]: fc.Arbitrary<Request> } = {
  'GET /v1/runs': query.map((search) => ({ url: `/v1/runs${search}` })),
  'GET /v1/runs/:runId': text.map((id) => ({ url: `/v1/runs/${encodeURIComponent(id)}` })),
  'POST /v1/runs/:runId/decision': post(
    `/v1/runs/${nobody}/decision`,
    spoiled({ outcome: 'approved', by: 'Ana', reason: 'why' }),
  ),
  'GET /v1/retailers/:shopId/segment': fc
    .tuple(text, fc.oneof(fc.constant(''), query))
    .map(([id, search]) => ({ url: `/v1/retailers/${encodeURIComponent(id)}/segment${search}` })),
  'POST /v1/score': post(
    '/v1/score',
    fc.oneof(
      {
        weight: 1,
        arbitrary: spoiled({ rows: [row, row], asOf: '2023-05', retailers: ['a'], provisional: false }),
      },
      { weight: 1, arbitrary: fc.array(anyJson, { maxLength: 3 }).map((rows) => ({ rows })) },
    ),
  ),
  'GET /metrics, /healthz, /readyz, /openapi.json': fc
    .tuple(fc.constantFrom('/metrics', '/healthz', '/readyz', '/openapi.json'), query)
    .map(([url, search]) => ({ url: url + search })),
  'any address': fc
    .tuple(fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'), text)
    .map(([method, path]) => ({ method: method as 'GET', url: `/${encodeURI(path)}`.replaceAll('#', '') })),
};

/** Odd sales that are rows all the same: scored, or refused as sales. */
const oddRows = fc.array(
  fc.record({
    shop_id: fc.oneof(
      fc.string({ minLength: 1, maxLength: 30, unit: 'binary' }),
      fc.constantFrom('"', '\n', 'a,b', '\u0000'),
    ),
    product_id: fc.string({ minLength: 1, maxLength: 10, unit: 'grapheme' }),
    year: fc.integer({ min: 1900, max: 2200 }),
    month: fc.integer({ min: 1, max: 12 }),
    sales_qty: fc.double({ noNaN: true, noDefaultInfinity: true }),
  }),
  { minLength: 1, maxLength: 8 },
);

/** Gives `cases` wrong or odd requests to every route of the whole server. `record` is told what was seen once all held. */
export function testWrongRequests(cases: number, record: Record): void {
  let api: ApiServer;
  beforeAll(async () => {
    api = await startApi();
  });
  afterAll(() => api.stop());

  async function answered(request: Request): Promise<number> {
    const headers = { authorization: `Bearer ${apiToken}`, ...request.headers };
    const answer = await api.app.inject({ ...request, headers });
    const said = `${request.method ?? 'GET'} ${request.url} ${JSON.stringify(request.payload)}: ${answer.body.slice(0, 400)}`;
    expect(answer.statusCode, said).toBeLessThan(500);
    if (answer.statusCode >= 400) {
      expect(answer.headers['content-type'], said).toContain('application/problem+json');
      const problem = problemSchema.parse(answer.json());
      expect(problem.status, said).toBe(answer.statusCode);
      expect(problem.detail, said).not.toBe('');
    }
    return answer.statusCode;
  }

  test.each(Object.entries(routes))(
    `${cases} wrong requests to %s: an answer or a problem, never a defect`,
    async (route, requests) => {
      const statuses = new Set<number>();
      for (const request of fc.sample(requests, { numRuns: cases, seed: 20_171_203 }))
        statuses.add(await answered(request));
      await record(`wrong request to ${route}`, `answered with ${[...statuses].sort().join(', ')}`);
    },
    600_000,
  );

  test('sales that are odd but rows are scored or refused as sales', async () => {
    for (const rows of fc.sample(oddRows, { numRuns: Math.ceil(cases / 10), seed: 5 })) {
      const payload = JSON.stringify({ rows, ingest: { maxRejectedShare: 1 } });
      await answered({
        method: 'POST',
        url: '/v1/score',
        payload,
        headers: { 'content-type': 'application/json' },
      });
    }
  }, 600_000);
}
