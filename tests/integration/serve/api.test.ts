import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RunSummary } from '../../../shared/contracts/run-summary.js';
import { apiToken, type ApiServer, startApi } from '../../support/api-server.js';
import { smallMarketRows } from '../../support/small-market.js';

let api: ApiServer;
let champion: RunSummary;
let held: RunSummary;
const headers = { authorization: `Bearer ${apiToken}` };
const token = apiToken;

beforeAll(async () => {
  api = await startApi();
  ({ champion, held } = api);
});
afterAll(() => api.stop());

const get = (url: string) => api.app.inject({ url, headers });
const post = (url: string, payload: unknown) =>
  api.app.inject({
    method: 'POST',
    url,
    headers: { ...headers, 'content-type': 'application/json' },
    payload: JSON.stringify(payload),
  });

function posted(rows: readonly string[]): object[] {
  return rows.map((row) => {
    const [shop_id, product_id, year, month, quantity] = row.split(',');
    return { shop_id, product_id, year: Number(year), month: Number(month), sales_qty: Number(quantity) };
  });
}

describe('the HTTP API', () => {
  test('gives the segment of a retailer in the champion or in a named run, and a problem where there is none', async () => {
    const answer = await get('/v1/retailers/R0001/segment');
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toMatchObject({ shopId: 'R0001', runId: champion.runId, asOf: '2023-11' });
    const some = await Promise.all([0, 1, 2, 3].map((i) => get(`/v1/retailers/R000${i}/segment`)));
    const ids = some.map((each) => each.json<{ segmentId: string | null }>().segmentId);
    expect(ids.filter((id) => id !== null && /^S\d{2}$/.test(id)).length).toBeGreaterThan(1);
    const named = await get(`/v1/retailers/R0001/segment?runId=${held.runId}`);
    expect(named.json()).toMatchObject({ asOf: '2023-12' });

    const nobody = await get(`/v1/retailers/${encodeURIComponent("x' OR 1=1 --")}/segment`);
    expect(nobody.statusCode).toBe(404);
    expect(nobody.headers['content-type']).toContain('application/problem+json');
    expect(nobody.json()).toMatchObject({ status: 404, title: 'There is no such retailer' });
    const missing = await get('/v1/retailers/R0001/segment?runId=00000000-0000-4000-8000-000000000000');
    expect(missing.json()).toMatchObject({ status: 404, code: 'RunNotFound' });
  });

  test('places retailers from posted sales where the champion has them, and says who is too young', async () => {
    const rows = smallMarketRows().filter((row) => /^R000[01],/.test(row) && !row.includes(',2023,12,'));
    const young = smallMarketRows({ retailers: 1, from: '2023-11', months: 1, prefix: 'NEW' });
    const answer = await post('/v1/score', { rows: posted([...rows, ...young]), asOf: '2023-11' });
    expect(answer.statusCode, answer.body).toBe(200);
    const { modelRunId, segments } = answer.json<{
      modelRunId: string;
      segments: Record<string, unknown>[];
    }>();
    expect(modelRunId).toBe(champion.runId);
    expect(segments.map(({ shopId, status }) => [shopId, status])).toEqual([
      ['NEW0000', 'too-young'],
      ['R0000', 'scored'],
      ['R0001', 'scored'],
    ]);
    for (const { shopId, segmentId } of segments.slice(1)) {
      const stored = await get(`/v1/retailers/${String(shopId)}/segment`);
      expect(segmentId).toBe(stored.json<{ segmentId: string }>().segmentId);
    }
  });

  test('refuses posted sales that are wrong with every problem, and without any with how to send them', async () => {
    const answer = await post('/v1/score', {
      rows: [{ shop_id: '', product_id: 'P', year: 2023, month: 13, sales_qty: 'many' }],
      artifacts: 'file:///etc',
    });
    expect(answer.statusCode).toBe(400);
    const problem = answer.json<{ code: string; problems: string[] }>();
    expect(problem.code).toBe('InvalidInput');
    expect(problem.problems.join(' ')).toMatch(
      /rows\.0\.shop_id.*rows\.0\.month.*rows\.0\.sales_qty.*artifacts/,
    );
    expect((await post('/v1/score', {})).json<{ problems: string[] }>().problems[0]).toContain('rows');
    const unfinished = await api.app.inject({
      method: 'POST',
      url: '/v1/score',
      headers: { ...headers, 'content-type': 'application/json' },
      payload: '{"rows":[',
    });
    expect(unfinished.json()).toMatchObject({ status: 400 });
    expect((await post('/v1/score', { rows: 'x'.repeat(2_100_000) })).statusCode).toBe(413);
  });

  test('lists runs, shows one, and decides on a held one once', async () => {
    const runs = (await get('/v1/runs')).json<{ champion: string; runs: { runId: string }[] }>();
    expect(runs.champion).toBe(champion.runId);
    expect(runs.runs.map(({ runId }) => runId)).toEqual([held.runId, champion.runId]);
    expect((await get('/v1/runs?asOf=2023-13')).statusCode).toBe(400);
    const before = await get(`/v1/runs/${held.runId}`);
    expect(before.json()).toMatchObject({ summary: { verdict: 'held', champion: false }, decision: null });

    const decision = { outcome: 'approved', by: 'Ana', reason: 'the new region explains it' };
    const done = await post(`/v1/runs/${held.runId}/decision`, decision);
    expect(done.json()).toMatchObject({
      champion: true,
      decision,
      deliverWith: expect.stringContaining(`runs deliver ${held.runId}`) as string,
    });
    const late = await post(`/v1/runs/${held.runId}/decision`, {
      ...decision,
      outcome: 'rejected',
      by: 'Ben',
    });
    expect(late.json()).toMatchObject({ status: 409, code: 'AlreadyDecided' });
    expect((await get('/readyz')).json()).toMatchObject({ champion: { runId: held.runId } });
  });

  test('asks for the token everywhere but at probes and the description, before it reads a body', async () => {
    for (const url of ['/v1/runs', '/metrics', '/v1/retailers/R0001/segment']) {
      for (const authorization of [undefined, 'Bearer wrong', `Basic ${token}`, `Bearer ${token}x`]) {
        const answer = await api.app.inject({
          url,
          headers: authorization === undefined ? {} : { authorization },
        });
        expect(answer.statusCode).toBe(401);
        expect(answer.headers['www-authenticate']).toBe('Bearer');
        expect(answer.json()).toMatchObject({ status: 401 });
      }
    }
    const unread = await api.app.inject({ method: 'POST', url: '/v1/score', payload: 'x'.repeat(2_100_000) });
    expect(unread.statusCode).toBe(401);
    for (const url of ['/healthz', '/readyz', '/openapi.json'])
      expect((await api.app.inject({ url })).statusCode).toBe(200);
  });

  test('has the dashboard beside it: the token is its password, pages link under their prefix and to Temporal and MLflow', async () => {
    const password = `Basic ${Buffer.from(`anybody:${token}`).toString('base64')}`;
    const page = (url: string, authorization = password) =>
      api.app.inject({ url: `/dashboard${url}`, headers: { authorization } });
    for (const authorization of ['', 'Bearer wrong', 'Basic d3Jvbmc6d3Jvbmc=']) {
      const refused = await page('/', authorization);
      expect(refused.statusCode).toBe(401);
      expect(refused.headers['www-authenticate']).toContain('Basic');
      expect(refused.body).not.toContain(champion.runId);
    }
    for (const url of ['', '/', `/runs/${held.runId}`, '/compare', '/retailers?shop_id=R0001']) {
      const { statusCode, headers, body } = await page(url);
      expect(statusCode, url).toBe(200);
      expect(headers['content-type']).toContain('text/html');
      for (const [, target] of body.matchAll(/(?:href|action)="(\/[^"]*)"/g))
        expect(target).toMatch(/^\/dashboard\//);
    }
    const { body } = await page(`/runs/${held.runId}`);
    const query = encodeURIComponent(`RunId="${held.runId}"`);
    expect(body).toContain(`href="http://temporal.example/namespaces/shops/workflows?query=${query}"`);
    expect(body).toContain('href="http://mlflow.example"');
    expect((await page('/nowhere')).statusCode).toBe(404);
    expect((await page('/nowhere')).headers['content-type']).toContain('text/html');
    const explained = await page('/retailers?shop_id=R0001');
    expect(explained.body).toContain('What would move it');
    expect(explained.body).toContain(`data-run="`);
  });

  test('decides from the dashboard only with the token, whoever has signed in', async () => {
    const authorization = `Basic ${Buffer.from(`anybody:${token}`).toString('base64')}`;
    const decide = (fields: object, signedIn = true) =>
      api.app.inject({
        method: 'POST',
        url: `/dashboard/runs/${held.runId}/decision`,
        headers: {
          ...(signedIn && { authorization }),
          'content-type': 'application/x-www-form-urlencoded',
        },
        payload: new URLSearchParams({ outcome: 'rejected', by: 'Ana', reason: 'odd', ...fields }).toString(),
      });
    expect((await decide({ token }, false)).statusCode).toBe(401);
    expect((await decide({})).statusCode).toBe(400);
    expect((await decide({ token: 'wrong' })).statusCode).toBe(403);
    // Decided in the test above, by the API: the dashboard reaches the same code.
    expect((await decide({ token })).statusCode).toBe(409);
  });

  test('describes every route in OpenAPI, and counts what it did for Prometheus', async () => {
    const document = (await api.app.inject({ url: '/openapi.json' })).json<{
      openapi: string;
      paths: Record<string, Record<string, { responses: object; security?: object[] }>>;
    }>();
    expect(document.openapi).toBe('3.1.0');
    expect(Object.keys(document.paths).sort()).toEqual([
      '/healthz',
      '/metrics',
      '/readyz',
      '/v1/retailers/{shopId}/segment',
      '/v1/runs',
      '/v1/runs/{runId}',
      '/v1/runs/{runId}/decision',
      '/v1/score',
    ]);
    expect(document.paths['/v1/score']!['post']!.security).toEqual([{ token: [] }]);
    expect(document.paths['/healthz']!['get']!.security).toBeUndefined();
    const metrics = (await get('/metrics')).body;
    expect(metrics).toMatch(
      /segments_http_request_duration_seconds_count\{method="POST",route="\/v1\/score",status="200"\} [1-9]/,
    );
    expect(metrics).toMatch(/segments_scored_retailers_total\{status="too-young"\} [1-9]/);
  });
});
