import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MonthlySchedule, type ScheduleState } from '../../infra/temporal/monthly-schedule.js';
import { scheduledInput, scheduleFacts } from '../../infra/temporal/schedule-definition.js';
import { monthBefore } from '../../shared/contracts/as-of-month.js';
import { type RunProgress } from '../../shared/contracts/stage.js';
import { type RunSummary } from '../../shared/contracts/run-summary.js';
import { segments } from '../support/segments-command.js';
import { smallMarketRows, writeSmallMarket } from '../support/small-market.js';
import { tempFolder } from '../support/temp-folder.js';
import { until } from '../support/until.js';
import { startWorkedServer, type WorkedServer } from '../support/worked-server.js';

let worked: WorkedServer;
beforeAll(async () => {
  worked = await startWorkedServer();
});
afterAll(() => worked.stop());

/** `segments schedule …` on the test's server, with a secret in its environment that must go nowhere. */
async function schedule(folder: string, ...args: string[]): Promise<unknown> {
  const env = { TEMPORAL_ADDRESS: worked.server.address, AWS_SECRET_ACCESS_KEY: 'not-for-histories' };
  const { code, stdout, stderr } = await segments(['schedule', ...args, '--json'], { cwd: folder, env });
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout) as unknown;
}

describe('the monthly schedule', () => {
  const source = { kind: 'csv' as const, path: '/data/sales.csv' };
  const facts = (config = {}) =>
    scheduleFacts(scheduledInput({ source, artifacts: 'file:///data/store', config }));
  const about = { codeVersion: 'test', note: 'as declared' };

  test('is made once; applying it again changes what differs and leaves alone what is as it should be', async () => {
    const monthly = new MonthlySchedule(worked.client, 'declared');
    expect(await monthly.apply(facts(), about)).toEqual({ outcome: 'created', changed: [] });
    const first = await monthly.describe();
    expect(first.facts).toEqual(facts());
    expect(first.facts).toMatchObject({
      calendar: 'day 3, 03:00',
      timezone: 'UTC',
      overlap: 'BUFFER_ALL',
      catchupWindowMs: 7 * 86_400_000,
      pauseOnFailure: true,
    });
    for (const { at, asOf } of first.next) {
      const scheduled = new Date(at);
      expect([scheduled.getUTCDate(), scheduled.getUTCHours()]).toEqual([3, 3]);
      const next = new Date(`${asOf}-01T00:00:00Z`);
      next.setUTCMonth(next.getUTCMonth() + 1);
      expect(at.slice(0, 7)).toBe(next.toISOString().slice(0, 7));
    }
    expect((await monthly.apply(facts(), about)).outcome).toBe('unchanged');

    await monthly.pause('stock-taking');
    const other = facts({ gate: { minShareKept: 0.9 } });
    expect(await monthly.apply(other, about)).toEqual({ outcome: 'updated', changed: ['input'] });
    expect(await monthly.describe()).toMatchObject({ paused: true, note: 'stock-taking', facts: other });
    await monthly.resume('done');
    expect((await monthly.describe()).paused).toBe(false);

    expect(await monthly.delete()).toBe(true);
    expect(await monthly.delete()).toBe(false);
    await expect(monthly.pause('why')).rejects.toMatchObject({ code: 'ScheduleNotFound' });
  });

  test('of segments schedule makes up for past months one after the other, each for the month before its scheduled time, and both are found by their month', async () => {
    const folder = await tempFolder();
    const file = await writeSmallMarket(folder, smallMarketRows({ months: 24 }));
    const store = pathToFileURL(path.join(folder, 'store')).href;
    const sink = path.join(folder, 'sink');
    // What the settings file says of sinks holds for scheduled runs as for any other.
    const sinks = [{ kind: 'file', folder: pathToFileURL(sink).href, format: 'csv' }];
    await writeFile(path.join(folder, 'segments.config.json'), JSON.stringify({ sinks }));
    await schedule(folder, 'apply', '--source', `csv:${file}`, '--artifacts', store, '--raw', 'off');
    const raw = await worked.client.schedule.getHandle('segments-monthly').describe();
    expect(JSON.stringify(raw)).not.toContain('not-for-histories');
    await schedule(folder, 'backfill', '--from', '2023-11', '--to', '2023-12');

    const ids = ['retrain-2023-12-03T03:00:00Z', 'retrain-2024-01-03T03:00:00Z'];
    const summaries: RunSummary[] = [];
    for (const id of ids) {
      const handle = worked.client.workflow.getHandle(id);
      await until(() => handle.describe().catch(() => false as const));
      summaries.push((await handle.result()) as RunSummary);
    }
    expect(summaries.map(({ asOf }) => asOf)).toEqual(['2023-11', '2023-12']);
    expect(summaries[1]!.comparedWith).toBe(summaries[0]!.runId);
    expect(summaries[0]).toMatchObject({ deliveries: [{ state: 'delivered' }] });
    expect((await readdir(sink, { recursive: true })).join()).toContain(summaries[0]!.runId);

    const found = await until(async () => {
      for await (const run of worked.client.workflow.list({ query: 'AsOf = "2023-12"' })) return run;
      return undefined;
    });
    expect(found.workflowId).toBe(ids[1]);
    const verdict = found.typedSearchAttributes.getAll().find(({ key }) => key.name === 'Verdict');
    expect(verdict?.value).toBe(summaries[1]!.verdict);

    const state = (await schedule(folder, 'describe')) as ScheduleState;
    expect(state.recent.map(({ asOf }) => asOf)).toEqual(['2023-11', '2023-12']);
  }, 300_000);

  test('is paused, triggered for the month before now, resumed and deleted from the command line', async () => {
    const folder = await tempFolder();
    const id = ['--id', 'by-hand'];
    const file = await writeSmallMarket(folder, smallMarketRows({ months: 2 }));
    const store = pathToFileURL(path.join(folder, 'store')).href;
    const source = ['--source', `csv:${file}`, '--artifacts', store];
    expect(await schedule(folder, 'apply', ...source, ...id)).toMatchObject({ outcome: 'created' });
    await schedule(folder, 'pause', '--note', 'stock-taking', ...id);
    expect(await schedule(folder, 'describe', ...id)).toMatchObject({ paused: true, note: 'stock-taking' });

    // A schedule that is paused starts nothing by itself, but what a person asks for.
    const before = new Date();
    await schedule(folder, 'trigger', ...id);
    const { recent } = await until(async () => {
      const state = (await schedule(folder, 'describe', ...id)) as ScheduleState;
      return state.recent.length > 0 && state;
    });
    const months = [before, new Date()].map((date) => monthBefore(date));
    expect(months).toContain(recent[0]!.asOf);
    const run = worked.client.workflow.getHandle(recent[0]!.workflowId);
    const waits = await until(async () => {
      const progress = await run.query<RunProgress>('progress').catch(() => undefined);
      return progress?.stages.some(({ detail }) => detail?.startsWith('waits for sales of')) && progress;
    });
    expect(months).toContain(waits.asOf);
    await run.terminate();

    await schedule(folder, 'resume', ...id);
    expect(await schedule(folder, 'describe', ...id)).toMatchObject({ paused: false });
    await schedule(folder, 'delete', ...id);
    const gone = await segments(['schedule', 'describe', '--json', ...id], {
      cwd: folder,
      env: { TEMPORAL_ADDRESS: worked.server.address },
    });
    expect(JSON.parse(gone.stdout)).toMatchObject({ error: { code: 'ScheduleNotFound' } });
  }, 120_000);

  test('without a server that outlives the command says so, and how to name one', async () => {
    const { code, stdout } = await segments(['schedule', 'describe', '--json'], { cwd: await tempFolder() });
    expect(code).toBe(69);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'EngineUnavailable' } });
  });
});
