import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderReport } from '../../../shared/report/render-report.js';
import { type ReportInput } from '../../../shared/report/report-input.js';
import { firstRunFixture, reportFixture } from '../../unit/report/report-fixture.js';
import { findChromium } from '../../../infra/services/chromium.js';

const executable = findChromium();
const missing =
  executable === undefined
    ? ' (skipped: no Chromium found; install Debian’s `chromium` or set CHROMIUM_PATH)'
    : '';
/** A folder to leave screenshots in. */
const shots = process.env.REPORT_SHOTS;
const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const hostile = '</script><script>throw 1</script>';

const wide = { viewport: { width: 1440, height: 900 } };
const narrow = { viewport: { width: 390, height: 844 } };

describe.skipIf(executable === undefined)(`the report in a browser${missing}`, () => {
  let browser: Browser;
  let folder: string;
  let pages = 0;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'segments-report-'));
    browser = await chromium.launch({ executablePath: executable!, args: ['--no-sandbox'] });
  });

  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** Opens a report; `problems` fills with whatever the page complains about or asks the network for. */
  async function open(
    input: ReportInput,
    options: BrowserContextOptions,
  ): Promise<{ page: Page; problems: string[] }> {
    const file = join(folder, `${pages++}.html`);
    await writeFile(file, renderReport(input));
    const page = await (await browser.newContext(options)).newPage();
    const problems: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') problems.push(message.text());
    });
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('request', (request) => {
      if (!request.url().startsWith('file:')) problems.push(request.url());
    });
    await page.goto(pathToFileURL(file).href);
    await page.waitForFunction(
      '!document.querySelector("canvas") || document.querySelector("canvas").dataset.visible',
    );
    return { page, problems };
  }

  const visible = async (page: Page): Promise<number> => {
    await page.waitForTimeout(100);
    return Number(await page.getAttribute('#map-canvas', 'data-visible'));
  };

  async function shoot(page: Page, name: string): Promise<void> {
    if (shots === undefined) return;
    await page.screenshot({ path: join(shots, `${name}.png`), fullPage: true });
    await page.screenshot({ path: join(shots, `${name}-first.png`) });
    for (const section of await page.locator('main > section').all()) {
      await section.screenshot({ path: join(shots, `${name}-${await section.getAttribute('id')}.png`) });
    }
  }

  for (const [width, viewport] of [
    [1440, wide],
    [390, narrow],
  ] as const) {
    for (const colorScheme of ['light', 'dark'] as const) {
      it(`shows without a complaint, and without scrolling sideways, at ${width} pixels in ${colorScheme}`, async () => {
        const { page, problems } = await open(reportFixture(), { ...viewport, colorScheme });
        await shoot(page, `${width}-${colorScheme}`);
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
        expect(problems).toEqual([]);
        await page.context().close();
      });
    }
  }

  for (const colorScheme of ['light', 'dark'] as const) {
    it(`has no accessibility finding of axe-core that is serious, in ${colorScheme}`, async () => {
      const { page } = await open(reportFixture(), { ...wide, colorScheme, bypassCSP: true });
      await page.addScriptTag({ path: axe });
      const findings = (await page.evaluate(
        'axe.run().then(({ violations }) => violations.filter(({ impact }) => impact === "serious" || impact === "critical").map(({ id, nodes }) => id + ": " + nodes.map(({ html }) => html).join(" | ")))',
      )) as string[];
      expect(findings).toEqual([]);
      await page.context().close();
    });
  }

  it('shows only one segment, and only those that moved, as asked', async () => {
    const input = reportFixture();
    const { page, problems } = await open(input, wide);
    const { map, segments } = input;
    const members = (place: number): number => Array.from(map!.segment).filter((s) => s === place).length;
    expect(await visible(page)).toBe(map!.shopIds.length);
    for (const [place, { name }] of segments.entries()) {
      await page.getByRole('group', { name: 'Show only one segment' }).getByRole('button', { name }).click();
      expect(await visible(page)).toBe(members(place));
    }
    await page.getByRole('button', { name: 'no segment' }).click();
    expect(await visible(page)).toBe(members(-1));
    await page.getByRole('button', { name: 'all', exact: true }).click();
    await page.getByLabel('only those that moved').check();
    const moved = map!.shopIds.filter(
      (_, i) => map!.previousSegment![i] !== -2 && map!.previousSegment![i] !== map!.segment[i],
    );
    expect(await visible(page)).toBe(moved.length);
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it('finds a retailer by its shop_id, says its segment, and says so where there is none', async () => {
    const input = reportFixture();
    const { page, problems } = await open(input, wide);
    const i = Array.from(input.map!.segment).findIndex((s) => s === 3);
    await page.getByLabel('Find a retailer').fill(input.map!.shopIds[i]!);
    await page.keyboard.press('Enter');
    await expect
      .poll(() => page.textContent('#map-found'))
      .toContain(`${input.map!.shopIds[i]}: Fading (S04)`);
    await page.getByLabel('Find a retailer').fill('nobody');
    await page.keyboard.press('Enter');
    expect(await page.textContent('#map-found')).toBe('No retailer nobody on this map.');
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it('names the retailer under the pointer', async () => {
    const input = reportFixture();
    const { page } = await open(input, wide);
    const id = input.segments[0]!.typical![0]!.shopId;
    await page.locator(`[data-find="${id}"]`).click();
    await page.waitForTimeout(800);
    const box = (await page.locator('#map-canvas').boundingBox())!;
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await page.locator('#map-tip').waitFor({ state: 'visible' });
    expect(await page.textContent('#map-tip strong')).toBe(id);
    await shoot(page, 'hover');
    await page.context().close();
  });

  it('zooms by button and by key, and returns to the whole', async () => {
    const { page, problems } = await open(reportFixture(), wide);
    const picture = (): Promise<unknown> => page.evaluate('document.querySelector("canvas").toDataURL()');
    const whole = await picture();
    await page.getByRole('button', { name: 'Zoom in' }).click();
    await expect.poll(picture).not.toBe(whole);
    await page.getByRole('button', { name: 'Show everything' }).click();
    await expect.poll(picture).toBe(whole);
    await page.locator('#map-canvas').focus();
    await page.keyboard.press('+');
    await page.keyboard.press('ArrowLeft');
    await expect.poll(picture).not.toBe(whole);
    await page.keyboard.press('0');
    await expect.poll(picture).toBe(whole);
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it('treats a shop_id that looks like markup as text', async () => {
    const input = reportFixture({ retailers: 200 });
    const shopIds = [hostile, ...input.map!.shopIds.slice(1)];
    const { page, problems } = await open({ ...input, map: { ...input.map!, shopIds } }, wide);
    await page.getByLabel('Find a retailer').fill(hostile);
    await page.keyboard.press('Enter');
    await expect.poll(() => page.textContent('#map-found')).toContain(`${hostile}: `);
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it('shows a first run, which has no map and nothing to compare with', async () => {
    const { page, problems } = await open(firstRunFixture(), narrow);
    await shoot(page, 'first-run');
    expect(await page.locator('#movement, #map').count()).toBe(0);
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it('is whole on paper, from a dark screen too: nothing folded, cut off or dark', async () => {
    // The width of A4 between margins of 1 cm.
    const paper = { viewport: { width: 718, height: 1047 } };
    for (const colorScheme of ['light', 'dark'] as const) {
      const { page, problems } = await open(reportFixture(), { ...paper, colorScheme });
      await page.emulateMedia({ media: 'print', colorScheme });
      const found = (await page.evaluate(`(() => {
        const name = (element) => element.tagName + '.' + element.className + ' ' + element.textContent.trim().slice(0, 40);
        const shown = (element) => element.getClientRects().length > 0 && element.checkVisibility({ contentVisibilityAuto: true });
        const all = [...document.querySelectorAll('main *')];
        return {
          background: getComputedStyle(document.body).backgroundColor,
          tooWide: all.filter((e) => shown(e) && !e.closest('svg') && !e.closest('.visually-hidden') && e.getBoundingClientRect().right > innerWidth + 1).map(name),
          scrolled: all.filter((e) => ['auto', 'scroll'].includes(getComputedStyle(e).overflowX) && e.scrollWidth > e.clientWidth + 1).map(name),
          folded: [...document.querySelectorAll('details')].filter((d) => ![...d.children].some((c) => c.tagName !== 'SUMMARY' && shown(c) && c.getBoundingClientRect().height > 4)).map(name),
          hiddenSections: [...document.querySelectorAll('main section, main table, main li')].filter((e) => !shown(e) && !e.closest('.wide, .narrow')).map(name),
        };
      })()`)) as Record<string, unknown>;
      expect(found).toEqual({
        background: 'rgb(255, 255, 255)',
        ...{ tooWide: [], scrolled: [], folded: [], hiddenSections: [] },
      });
      if (shots !== undefined)
        await page.screenshot({ path: join(shots, `print-${colorScheme}.png`), fullPage: true });
      expect(problems).toEqual([]);
      const margin = '1cm';
      const pdf = await page.pdf({
        format: 'A4',
        printBackground: true,
        margin: { top: margin, bottom: margin, left: margin, right: margin },
        ...(shots === undefined ? {} : { path: join(shots, `print-${colorScheme}.pdf`) }),
      });
      const sheets = pdf.toString('latin1').match(/\/Type\s*\/Page\b(?!s)/g)?.length ?? 0;
      expect(sheets).toBeGreaterThan(3);
      expect(sheets).toBeLessThan(20);
      await page.context().close();
    }
  });

  it('holds 60,000 retailers and their previous segments in 3 MB, and finds, filters and moves among them', async () => {
    const input = reportFixture({ retailers: 60_000 });
    expect(Buffer.byteLength(renderReport(input))).toBeLessThan(3_000_000);
    const { page, problems } = await open(input, wide);
    await shoot(page, '60000');
    expect(await visible(page)).toBe(60_000);
    const painted = await page.evaluate(
      'performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? null',
    );
    await page.locator('#map-canvas').scrollIntoViewIfNeeded();
    const box = (await page.locator('#map-canvas').boundingBox())!;
    await page.evaluate(`(() => {
      window.frames_ = []; let last = performance.now();
      const tick = (now) => { window.frames_.push(now - last); last = now; requestAnimationFrame(tick); };
      requestAnimationFrame(tick);
    })()`);
    await page.mouse.move(box.x + 200, box.y + 200);
    await page.mouse.down();
    for (let i = 0; i < 60; i++) await page.mouse.move(box.x + 200 + 4 * i, box.y + 200 + 2 * i);
    await page.mouse.up();
    const frames = ((await page.evaluate('window.frames_')) as number[]).sort((a, b) => a - b);
    const at = (share: number): string => frames[Math.floor(share * (frames.length - 1))]!.toFixed(0);
    process.stdout.write(
      `60,000 retailers with a previous run: ${Buffer.byteLength(renderReport(input))} bytes, first contentful paint ${Number(painted).toFixed(0)} ms, ` +
        `dragging the map: ${frames.length} frames, median ${at(0.5)} ms, 95% ${at(0.95)} ms\n`,
    );
    await page.getByLabel('only those that moved').check();
    const moved = input.map!.shopIds.filter(
      (_, i) =>
        input.map!.previousSegment![i] !== -2 && input.map!.previousSegment![i] !== input.map!.segment[i],
    );
    expect(await visible(page)).toBe(moved.length);
    await page.getByLabel('only those that moved').uncheck();
    await page.getByLabel('Find a retailer').fill(input.map!.shopIds[59_999]!);
    await page.keyboard.press('Enter');
    await expect.poll(() => page.textContent('#map-found')).toContain(`${input.map!.shopIds[59_999]}: `);
    expect(problems).toEqual([]);
    await page.context().close();
  });
});
