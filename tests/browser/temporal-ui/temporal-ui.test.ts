import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Locator, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MonthlySchedule } from '../../../infra/temporal/monthly-schedule.js';
import { scheduledInput, scheduleFacts } from '../../../infra/temporal/schedule-definition.js';
import { type RunSummary } from '../../../shared/contracts/run-summary.js';
import { type RunProgress } from '../../../shared/contracts/stage.js';
import { type BackfillRow } from '../../../shared/contracts/workflow-inputs.js';
import { temporalConfig } from '../../../temporal.config.js';
import { writeSmallMarket } from '../../support/small-market.js';
import { temporaryFolder, type TemporaryFolder } from '../../support/temp-folder.js';
import { until } from '../../support/until.js';
import { startWorkedServer, type WorkedServer } from '../../support/worked-server.js';
import { findChromium } from '../../../infra/services/chromium.js';

const executable = findChromium();
const missing =
  executable === undefined
    ? ' (skipped: no Chromium found; install Debian’s `chromium` or set CHROMIUM_PATH)'
    : '';
/** A folder to leave screenshots in: docs/images has been filled from here. */
const shots = process.env['TEMPORAL_UI_SHOTS'];

describe.skipIf(executable === undefined)(`by hand in the Temporal UI${missing}`, () => {
  let worked: WorkedServer;
  let browser: Browser;
  let page: Page;
  let folder: TemporaryFolder;
  let source: { kind: 'csv'; path: string };

  beforeAll(async () => {
    folder = await temporaryFolder();
    source = { kind: 'csv', path: await writeSmallMarket(folder.path) };
    worked = await startWorkedServer();
    browser = await chromium.launch({ executablePath: executable!, args: ['--no-sandbox'] });
    const context = await browser.newContext({ viewport: { width: 1440, height: 1000 }, timezoneId: 'UTC' });
    page = await context.newPage();
  });
  afterAll(async () => {
    await browser?.close();
    await worked?.stop();
    await folder?.remove();
  });

  const store = (name: string): string => pathToFileURL(path.join(folder.path, name)).href;
  const ui = (place: string): string => `${worked.server.ui}/namespaces/default/${place}`;

  async function shoot(name: string): Promise<void> {
    if (shots !== undefined) await page.screenshot({ path: path.join(shots, `${name}.png`) });
  }

  /** Puts JSON into the UI's editor and leaves it: the form only knows what an editor without focus holds. */
  async function writeJson(editor: Locator, value: unknown, leaveTo: Locator): Promise<void> {
    await editor.click();
    await page.keyboard.insertText(JSON.stringify(value));
    await leaveTo.click();
  }

  test('backfill starts from the form with one JSON object, and shows its months', async () => {
    const { orchestration } = temporalConfig.taskQueues;
    await page.goto(
      ui(
        `workflows/start-workflow?workflowId=backfill-by-hand&taskQueue=${orchestration}&workflowType=backfill`,
      ),
    );
    const type = page.locator('#workflowType');
    await type.waitFor();
    const input = {
      from: '2023-11',
      to: '2023-12',
      source,
      artifacts: store('backfill'),
      config: { raw: { enabled: false } },
    };
    await writeJson(page.locator('.cm-content[contenteditable="true"]').first(), input, type);
    await shoot('temporal-ui-start-backfill');
    await page.getByRole('button', { name: 'Start Workflow' }).click();
    const handle = worked.client.workflow.getHandle('backfill-by-hand');
    await until(() => handle.describe().catch(() => false as const));
    const rows = (await handle.result()) as BackfillRow[];
    expect(rows.map(({ asOf }) => asOf)).toEqual(['2023-11', '2023-12']);

    await page.goto(ui('workflows/backfill-by-hand'));
    await page.getByText('Completed', { exact: true }).first().waitFor();
    await page.getByText(rows[1]!.runId!).first().waitFor();
    await shoot('temporal-ui-backfill');
    await page.goto(ui('workflows/backfill-by-hand%2Fretrain-2023-12'));
    await page.getByText('Completed', { exact: true }).first().waitFor();
    await shoot('temporal-ui-retrain');
  }, 300_000);

  test("the schedule's own Backfill button runs the months of a range", async () => {
    const monthly = new MonthlySchedule(worked.client, 'segments-monthly');
    const input = scheduledInput({
      source,
      artifacts: store('schedule'),
      config: { raw: { enabled: false } },
    });
    await monthly.apply(scheduleFacts(input), { codeVersion: 'test', note: 'monthly retraining' });
    await page.goto(ui('schedules/segments-monthly'));
    await page.locator('#schedule-actions-menu-button').click();
    await page.getByText('Backfill', { exact: true }).click();
    for (const [end, date] of [
      ['start', '12/01/2023'],
      ['end', '01/31/2024'],
    ]) {
      await page.locator(`#backfill-${end}-date`).fill(date!);
      // The calendar stays open over the fields below it.
      await page.getByText('Close', { exact: true }).locator('visible=true').last().click();
      for (const part of ['hour', 'minute', 'second'])
        await page.locator(`#backfill-${end}-${part}`).fill('0');
    }
    await shoot('temporal-ui-schedule-backfill');
    await page.locator('dialog[open] [data-testid="confirm-modal-button"]').click();
    const summaries: RunSummary[] = [];
    for (const id of ['retrain-2023-12-03T03:00:00Z', 'retrain-2024-01-03T03:00:00Z']) {
      const handle = worked.client.workflow.getHandle(id);
      await until(() => handle.describe().catch(() => false as const));
      summaries.push((await handle.result()) as RunSummary);
    }
    expect(summaries.map(({ asOf }) => asOf)).toEqual(['2023-11', '2023-12']);
    expect(summaries[1]!.comparedWith).toBe(summaries[0]!.runId);
    await page.goto(ui('schedules/segments-monthly'));
    await page.getByText('retrain-2024-01-03T03:00:00Z').first().waitFor();
    await shoot('temporal-ui-schedule');
  }, 300_000);

  test('a held run is approved by an update with a name and a reason', async () => {
    const handle = await worked.client.workflow.start('retrain', {
      workflowId: 'retrain-2023-12',
      taskQueue: temporalConfig.taskQueues.orchestration,
      args: [
        {
          asOf: '2023-12',
          source,
          artifacts: store('held'),
          config: { raw: { enabled: false }, gate: { maxLargestShare: 0.1 } },
          decision: { waitFor: '1 hour' },
        },
      ],
    });
    await until(async () => {
      const progress = await handle.query<RunProgress>('progress').catch(() => undefined);
      return progress?.decision?.state === 'waiting';
    });
    await page.goto(ui('workflows/retrain-2023-12'));
    await page.getByRole('button', { name: 'More Actions' }).first().click();
    await page.locator('[data-testid="update-button"]:visible').click();
    const dialog = page.locator('dialog[open]');
    await chooseUpdate(dialog, 'approve');
    const decision = { by: 'Ana', reason: 'the new region explains it' };
    await writeJson(dialog.locator('.cm-content').first(), decision, dialog.locator('#update-id'));
    await shoot('temporal-ui-approve');
    await dialog.locator('[data-testid="confirm-modal-button"]').click();
    const summary = (await handle.result()) as RunSummary;
    expect(summary).toMatchObject({ verdict: 'held', champion: true, decision });
  }, 300_000);

  /** The dialog offers the names that the workflow declares, or a field to write one into. */
  async function chooseUpdate(dialog: Locator, name: string): Promise<void> {
    const choice = dialog.locator('[data-testid="update-select-button"]');
    const field = dialog.locator('#update-name');
    await choice.or(field).first().waitFor();
    if (await choice.isVisible()) {
      await choice.click();
      await page.locator('[role="option"]:visible').filter({ hasText: name }).first().click();
    } else await field.fill(name);
  }
});
