import { describe, expect, test } from 'vitest';
import { openStore } from '../../../shared/artifacts/open-store.js';
import { readManifest } from '../../../shared/artifacts/manifest.js';
import { SegmentsError } from '../../../shared/errors.js';
import { segments } from '../../support/segments-command.js';
import { deciding, idOf, place, runs, serve, token } from './three-months.js';

test('the overview reads the index once, however many runs it shows', async () => {
  const { app, read } = await serve();
  expect((await app.inject('/')).statusCode).toBe(200);
  expect(read.sort()).toEqual([
    'index/champion.json',
    ...[...runs.keys()].map((month) => `index/months/${month}.json`),
  ]);
});

const form = (fields: Record<string, string>) => ({
  method: 'POST' as const,
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
  payload: new URLSearchParams(fields).toString(),
});

describe('the dashboard over HTTP', () => {
  test('shows for every run the figures of its manifest', async () => {
    const { app } = await serve();
    const { body } = await app.inject('/');
    const figures = new Map(
      [...body.matchAll(/data-figure="([^"]+)" value="([^"]+)"/g)].map(([, name, value]) => [
        name,
        Number(value),
      ]),
    );
    for (const { runId } of runs.values()) {
      const { summary } = await readManifest(openStore(place().storeUri), runId);
      expect(figures.get(`${runId}.segments`)).toBe(summary.segments.clusters);
      expect(figures.get(`${runId}.noise`)).toBe(summary.segments.noise);
      expect(figures.get(`${runId}.kept`)).toBe(summary.shareKept ?? undefined);
    }
  });

  test('gives the report with the run ID and the command that the stored page leaves out', async () => {
    const { app } = await serve();
    const { body } = await app.inject(`/runs/${idOf('2023-11')}/report`);
    expect(body).toContain(`<code>${idOf('2023-11')}</code>`);
    expect(body).toContain(`--compare-to ${idOf('2023-10')}`);
    expect(body).toContain('--set gate.maxFeaturePsi=50');
  });

  test('gives the files that a manifest names, and no others', async () => {
    const { app } = await serve();
    const file = await app.inject(`/runs/${idOf('2023-10')}/files/loss.csv`);
    expect(file.body).toMatch(/^epoch,train,validation\n1,/);
    expect(file.headers['content-disposition']).toBe('attachment; filename="loss.csv"');
    for (const name of ['..%2F..%2Findex%2Fchampion.json', 'manifest.json', '__proto__', 'nothing']) {
      expect((await app.inject(`/runs/${idOf('2023-10')}/files/${name}`)).statusCode, name).toBe(404);
    }
    expect((await app.inject('/runs/..%2F..%2Fetc')).statusCode).toBe(404);
  });

  test('without a token nobody can decide', async () => {
    const { app } = await serve();
    expect((await app.inject('/')).body).toContain('read-only');
    const fields = { outcome: 'approved', by: 'Ada', reason: 'looks right', token: '' };
    const answer = await app.inject({ ...form(fields), url: `/runs/${idOf('2023-12')}/decision` });
    expect(answer.statusCode).toBe(403);
  });

  test('with one, only who knows it decides, with name and reason', async () => {
    const { decide, decided } = deciding();
    const { app } = await serve({ decide });
    const post = (fields: Record<string, string>) =>
      app.inject({ ...form(fields), url: `/runs/${idOf('2023-12')}/decision` });
    const fields = { outcome: 'approved', by: 'Ada', reason: 'looks right' };
    expect((await post({ ...fields, token: 'wrong' })).statusCode).toBe(403);
    expect((await post({ ...fields, by: ' ', token })).statusCode).toBe(400);
    expect((await post({ ...fields, outcome: 'deleted', token })).statusCode).toBe(400);
    expect(decided).toEqual([]);
    const done = await post({ ...fields, token });
    expect(done.statusCode).toBe(200);
    expect(done.body).toContain('was approved by Ada');
    expect(done.body).not.toContain(token);
    expect(decided).toEqual([{ ...fields, runId: idOf('2023-12') }]);
  });

  test('with a token for reading, nothing is shown to those who do not know it', async () => {
    const { app } = await serve({ readToken: token });
    const get = (authorization?: string) =>
      app.inject({ url: '/', headers: authorization === undefined ? {} : { authorization } });
    const basic = (password: string): string =>
      `Basic ${Buffer.from(`anybody:${password}`).toString('base64')}`;
    for (const header of [undefined, basic('wrong'), basic(''), 'Bearer wrong', 'nonsense']) {
      const { statusCode, headers, body } = await get(header);
      expect(statusCode).toBe(401);
      expect(headers['www-authenticate']).toContain('Basic');
      expect(body).not.toContain('2023');
    }
    for (const header of [basic(token), `Bearer ${token}`]) {
      expect((await get(header)).statusCode).toBe(200);
    }
    expect((await app.inject(`/runs/${idOf('2023-10')}/files/assignments.csv`)).statusCode).toBe(401);
  });

  test('says what went wrong where a decision is refused', async () => {
    const { app } = await serve({
      decide: {
        token,
        carryOut: () =>
          Promise.reject(
            new SegmentsError('RunNotFound', 'the run is gone', { where: 'store', remedy: 'Look again.' }),
          ),
      },
    });
    const fields = { outcome: 'rejected', by: 'Ada', reason: 'odd', token };
    const answer = await app.inject({ ...form(fields), url: `/runs/${idOf('2023-12')}/decision` });
    expect(answer.statusCode).toBe(404);
    expect(answer.body).toContain('the run is gone. Look again.');
  });

  test('mounted under a prefix, every link stays under it', async () => {
    const { app } = await serve({}, '/dashboard');
    for (const url of ['/dashboard', `/dashboard/runs/${idOf('2023-12')}`, '/dashboard/compare']) {
      const { statusCode, body } = await app.inject(url);
      expect(statusCode).toBe(200);
      const targets = [...body.matchAll(/(?:href|src|action)="([^"#][^"]*)"/g)].map(([, target]) => target!);
      expect(targets.length).toBeGreaterThan(3);
      for (const target of targets) expect(target).toMatch(/^(\/dashboard\/|data:,)/);
    }
  });

  test('says of a retailer what segments explain says, of the champion or of the run asked for', async () => {
    const { app } = await serve();
    const text = (body: string): string =>
      body
        .replace(/<[^>]+>/g, ' ')
        .replaceAll('&#39;', "'")
        .replace(/\s+/g, ' ');
    for (const [args, url, month] of [
      [[], '', '2023-11'],
      [['--run', idOf('2023-12')], `&run=${idOf('2023-12')}`, '2023-12'],
    ] as const) {
      const { body } = await app.inject(`/retailers?shop_id=R0001${url}`);
      expect(body).toContain(`data-run="${idOf(month)}"`);
      const shown = text(body);
      const { stdout } = await segments(['explain', 'R0001', '--artifacts', place().storeUri, ...args], {
        cwd: place().folder,
      });
      const lines = stdout.split('\n').filter((line) => line.trim() !== '');
      expect(lines.length).toBeGreaterThan(8);
      for (const line of lines) expect(shown).toContain(line.trim().replace(/\s+/g, ' '));
    }
    const nobody = await app.inject('/retailers?shop_id=R9999');
    expect(nobody.body).toContain('No retailer R9999');
    expect((await app.inject('/retailers?shop_id=R0001&run=nothing')).statusCode).toBe(404);
  });

  test('what people type is text, never markup', async () => {
    const { app } = await serve();
    const { body } = await app.inject(`/retailers?shop_id=${encodeURIComponent('<script>\'"; DROP')}`);
    expect(body).not.toContain('<script>');
    expect(body).toContain('No retailer &lt;script&gt;&#39;&quot;; DROP');
  });
});
