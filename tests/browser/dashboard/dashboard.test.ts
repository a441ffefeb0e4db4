import fastify, { type FastifyInstance } from 'fastify';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { compareStoredRuns } from '../../../cli/compare-stored-runs.js';
import { findChromium } from '../../../infra/services/chromium.js';
import { openStore } from '../../../shared/artifacts/open-store.js';
import { readManifest } from '../../../shared/artifacts/manifest.js';
import { listRuns } from '../../../shared/artifacts/run-index.js';
import { type ArtifactStore } from '../../../shared/artifacts/store.js';
import { type RunSummary } from '../../../shared/contracts/run-summary.js';
import {
  dashboardPlugin,
  type DashboardOptions,
  type HeldRunDecision,
} from '../../../shared/dashboard/dashboard-plugin.js';
import { createRunReader } from '../../../shared/dashboard/run-reader.js';
import { SegmentsError } from '../../../shared/errors.js';
import { explainStoredRetailer } from '../../../shared/explain/explain-stored-retailer.js';
import { segments, startSegments } from '../../support/segments-command.js';
import { writeSmallMarket } from '../../support/small-market.js';

const executable = findChromium();
const missing = executable === undefined ? ' (skipped: no Chromium found)' : '';
/** A folder to leave screenshots in. */
const shots = process.env['DASHBOARD_SHOTS'];
const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const wide = { viewport: { width: 1440, height: 900 } };
const narrow = { viewport: { width: 390, height: 844 } };
const token = 'a-token-for-tests';

/** Three months of a small market: a first run, one that is published, and one that is held. */
const runs = new Map<string, RunSummary>();
let folder: string;
let storeUri: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'segments-dashboard-'));
  storeUri = pathToFileURL(path.join(folder, 'store')).href;
  const source = await writeSmallMarket(folder);
  const strict = ['--set', 'gate.maxLargestShare=0.1'];
  for (const [month, gate] of [
    ['2023-10', []],
    ['2023-11', ['--set', 'gate.maxFeaturePsi=50']],
    ['2023-12', strict],
  ] as const) {
    const { code, stdout, stderr } = await segments(
      [
        ...['run', '--source', `csv:${source}`, '--as-of', month, '--artifacts', storeUri],
        ...['--engine', 'in-process', '--raw', 'off', '--json', ...gate],
      ],
      { cwd: folder },
    );
    expect(code, stderr).toBe(0);
    runs.set(month, JSON.parse(stdout) as RunSummary);
  }
  expect([...runs.values()].map(({ verdict }) => verdict)).toEqual(['first', 'published', 'held']);
}, 120_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

const idOf = (month: string): string => runs.get(month)!.runId;

const open: FastifyInstance[] = [];
afterEach(async () => {
  for (const app of open.splice(0)) await app.close();
});

async function serve(
  options: Pick<DashboardOptions, 'decide' | 'linksOf' | 'readToken'> = {},
  prefix = '',
): Promise<{ app: FastifyInstance; address: string; read: string[] }> {
  const opened = openStore(storeUri);
  const read: string[] = [];
  const store: ArtifactStore = {
    ...opened,
    read(key) {
      read.push(key);
      return opened.read(key);
    },
  };
  const app = fastify();
  open.push(app);
  const scratch = path.join(folder, 'scratch');
  await app.register(dashboardPlugin, {
    prefix,
    reader: createRunReader({ store, scratch, duckDb: { memoryLimit: '500MB', threads: 1 } }),
    compare: (earlier, later) => compareStoredRuns(store, earlier, later),
    explain: (runId, shopId) =>
      explainStoredRetailer({ store, runId, shopId, scratch, duckDb: { memoryLimit: '500MB', threads: 1 } }),
    ...options,
  });
  return { app, read, address: await app.listen({ host: '127.0.0.1', port: 0 }) };
}

test('the overview reads the index once, however many runs it shows', async () => {
  const { app, read } = await serve();
  expect((await app.inject('/')).statusCode).toBe(200);
  expect(read.sort()).toEqual([
    'index/champion.json',
    ...[...runs.keys()].map((month) => `index/months/${month}.json`),
  ]);
});

function deciding(): { decide: NonNullable<DashboardOptions['decide']>; decided: HeldRunDecision[] } {
  const decided: HeldRunDecision[] = [];
  const carryOut = (decision: HeldRunDecision): Promise<string> => {
    decided.push(decision);
    return Promise.resolve(`Run ${decision.runId} was ${decision.outcome} by ${decision.by}.`);
  };
  return { decide: { token, carryOut }, decided };
}

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
      const { summary } = await readManifest(openStore(storeUri), runId);
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
      const { stdout } = await segments(['explain', 'R0001', '--artifacts', storeUri, ...args], {
        cwd: folder,
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

test('segments ui serves the dashboard, and ends with exit code 0 on Ctrl-C', async () => {
  const child = startSegments(['ui', '--artifacts', storeUri, '--port', '0', '--json'], { cwd: folder });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const line = await new Promise<string>((resolve) =>
    child.stdout!.once('data', (d: Buffer) => resolve(String(d))),
  );
  const { address } = JSON.parse(line) as { address: string };
  const answer = await fetch(address);
  expect(answer.status).toBe(200);
  expect(await answer.text()).toContain('December 2023');
  child.kill('SIGINT');
  expect(await ended).toBe(0);
});

describe.skipIf(executable === undefined)(`the dashboard in a browser${missing}`, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: executable!, args: ['--no-sandbox'] });
  });
  afterAll(() => browser?.close());

  async function visit(
    url: string,
    options: BrowserContextOptions,
  ): Promise<{ page: Page; problems: string[] }> {
    const page = await (await browser.newContext(options)).newPage();
    const problems: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') problems.push(message.text());
    });
    page.on('pageerror', (error) => problems.push(error.message));
    await page.goto(url);
    return { page, problems };
  }

  async function shoot(page: Page, name: string): Promise<void> {
    if (shots !== undefined) await page.screenshot({ path: path.join(shots, `${name}.png`), fullPage: true });
  }

  test('every page shows without a complaint, without scrolling sideways, and without a serious finding of axe-core', async () => {
    const { decide } = deciding();
    const linksOf = (runId: string) => [{ label: 'Temporal', href: `http://127.0.0.1:1/?q=${runId}` }];
    const { address } = await serve({ decide, linksOf });
    const pages = {
      overview: '/',
      run: `/runs/${idOf('2023-12')}`,
      compare: `/compare?from=${idOf('2023-10')}&to=${idOf('2023-12')}`,
      retailer: '/retailers?shop_id=R0001',
      report: `/runs/${idOf('2023-12')}/report`,
    };
    for (const [name, url] of Object.entries(pages)) {
      for (const [viewport, colorScheme] of [
        [wide, 'light'],
        [narrow, 'dark'],
      ] as const) {
        const { page, problems } = await visit(`${address}${url}`, {
          ...viewport,
          colorScheme,
          bypassCSP: true,
        });
        const { width } = viewport.viewport;
        await shoot(page, `${name}-${width}-${colorScheme}`);
        expect(await page.evaluate('document.documentElement.scrollWidth'), name).toBe(width);
        expect(problems, name).toEqual([]);
        // The report has its own test for this.
        if (name === 'report') {
          await page.context().close();
          continue;
        }
        await page.addScriptTag({ path: axe });
        const findings = (await page.evaluate(
          'axe.run().then(({ violations }) => violations.filter(({ impact }) => impact === "serious" || impact === "critical").map(({ id, nodes }) => id + ": " + nodes.map(({ html }) => html).join(" | ")))',
        )) as string[];
        expect(findings, name).toEqual([]);
        expect(problems, name).toEqual([]);
        await page.context().close();
      }
    }
  });

  test('a person finds why a run was held, reads its report, and approves it', async () => {
    const { decide, decided } = deciding();
    const { address } = await serve({ decide });
    const { page, problems } = await visit(address, wide);
    const notice = page.locator(`#held-${idOf('2023-12')}`);
    await expect.poll(() => notice.textContent()).toContain('The largest segment holds');
    await notice.getByRole('link', { name: 'report' }).click();
    await expect.poll(() => page.textContent('h1')).toContain('held for a person to decide');
    await page.goBack();
    await notice.getByLabel('Your name').fill('Ada');
    await notice.getByLabel('Why').fill('a new supplier');
    await notice.getByLabel('Token').fill(token);
    await notice.getByRole('button', { name: 'Approve' }).click();
    await expect.poll(() => page.textContent('h1')).toBe('Decided');
    expect(decided).toEqual([
      { runId: idOf('2023-12'), outcome: 'approved', by: 'Ada', reason: 'a new supplier' },
    ]);
    expect(problems).toEqual([]);
    await page.context().close();
  });

  test('any two runs are compared, and a retailer is followed through the months', async () => {
    const { address } = await serve();
    const { page, problems } = await visit(`${address}/compare`, wide);
    await page.getByLabel('Earlier run').selectOption(idOf('2023-10'));
    await page.getByLabel('Later run').selectOption(idOf('2023-12'));
    await page.getByRole('button', { name: 'Compare' }).click();
    await expect.poll(() => page.textContent('h1')).toBe('October 2023 and December 2023');
    const comparison = await compareStoredRuns(openStore(storeUri), idOf('2023-10'), idOf('2023-12'));
    expect(await page.getAttribute('[data-figure="common"]', 'value')).toBe(
      String(comparison.retailers.common),
    );

    await page.getByRole('link', { name: 'Retailers' }).click();
    await page.getByLabel('shop_id').fill('R0001');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.textContent('h1')).toBe('R0001');
    expect(await page.locator('.strip li').count()).toBe(3);
    expect(await page.locator('.strip li > a').allTextContents()).toEqual(['2023-10', '2023-11', '2023-12']);
    expect(problems).toEqual([]);
    await page.context().close();
  });
});

test('with SEGMENTS_API_TOKEN, segments ui carries an approval out: the run is published, and cannot be decided on again', async () => {
  const child = startSegments(['ui', '--artifacts', storeUri, '--port', '0', '--json'], {
    cwd: folder,
    env: { SEGMENTS_API_TOKEN: token },
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const line = await new Promise<string>((resolve) =>
    child.stdout!.once('data', (data: Buffer) => resolve(String(data))),
  );
  const { address } = JSON.parse(line) as { address: string };
  const decide = (outcome: string): Promise<Response> =>
    fetch(`${address}/runs/${idOf('2023-12')}/decision`, {
      method: 'POST',
      body: new URLSearchParams({ outcome, by: 'Ada', reason: 'a new supplier', token }),
    });
  const approved = await decide('approved');
  expect(await approved.text()).toContain('it is champion now');
  expect(approved.status).toBe(200);
  const entry = (await listRuns(openStore(storeUri))).at(-1)!;
  expect(entry).toMatchObject({ published: true, decision: { outcome: 'approved', by: 'Ada' } });
  const again = await decide('rejected');
  expect(again.status).toBe(409);
  expect(await again.text()).toContain('a new supplier');
  expect(await (await fetch(address)).text()).toContain('approved by Ada');
  child.kill('SIGINT');
  expect(await ended).toBe(0);
});
