import { createRequire } from 'node:module';
import path from 'node:path';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compareStoredRuns } from '../../../cli/compare-stored-runs.js';
import { findChromium } from '../../../infra/services/chromium.js';
import { openStore } from '../../../shared/artifacts/open-store.js';
import { deciding, idOf, place, serve, token } from './three-months.js';

const executable = findChromium();
const missing = executable === undefined ? ' (skipped: no Chromium found)' : '';
/** A folder to leave screenshots in. */
const shots = process.env['DASHBOARD_SHOTS'];
const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const wide = { viewport: { width: 1440, height: 900 } };
const narrow = { viewport: { width: 390, height: 844 } };

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
    const comparison = await compareStoredRuns(openStore(place().storeUri), idOf('2023-10'), idOf('2023-12'));
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
