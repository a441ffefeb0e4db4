import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { processDependencies } from '../../cli/process-dependencies.js';
import { type RescoreSummary } from '../../shared/contracts/rescore-summary.js';
import { type RunSummary } from '../../shared/contracts/run-summary.js';
import { type SalesRow } from '../../shared/contracts/workflow-inputs.js';
import { temporalConfig } from '../../temporal.config.js';
import { createInProcessEngine } from '../../workers/in-process.js';
import { createTemporalEngine } from '../../workers/temporal-engine.js';
import { smallMarketRows, writeSmallMarket } from '../support/small-market.js';
import { temporaryFolder, type TemporaryFolder } from '../support/temp-folder.js';
import { startWorkedServer, type WorkedServer } from '../support/worked-server.js';

let worked: WorkedServer;
let folder: TemporaryFolder;
let artifacts: string;
let champion: RunSummary;
const known = smallMarketRows();
/** Shops that opened four, and two, months before the as-of month. */
const four = smallMarketRows({ retailers: 4, from: '2023-09', months: 4, prefix: 'FOUR', seed: 2 });
const two = smallMarketRows({ retailers: 2, from: '2023-11', months: 2, prefix: 'TWO', seed: 3 });

beforeAll(async () => {
  worked = await startWorkedServer();
  folder = await temporaryFolder();
  artifacts = pathToFileURL(path.join(folder.path, 'store')).href;
  const source = { kind: 'csv', path: await writeSmallMarket(folder.path, known) };
  champion = (await run('retrain', 'first', {
    asOf: '2023-12',
    source,
    artifacts,
    config: { raw: { enabled: false } },
  })) as RunSummary;
});
afterAll(async () => {
  await worked.stop();
  await folder.remove();
});

function run(type: string, workflowId: string, input: unknown): Promise<unknown> {
  const taskQueue = temporalConfig.taskQueues.orchestration;
  return worked.client.workflow.execute(type, { taskQueue, workflowId, args: [input] });
}

const lines = async (summary: RescoreSummary): Promise<string[][]> => {
  const file = path.join(fileURLToPath(summary.artifacts!), 'assignments.csv');
  return (await readFile(file, 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line) => line.split(','));
};

function posted(rows: readonly string[]): SalesRow[] {
  return rows.map((row) => {
    const [shop_id, product_id, year, month, quantity] = row.split(',') as [
      string,
      string,
      string,
      string,
      string,
    ];
    return { shop_id, product_id, year: Number(year), month: Number(month), sales_qty: Number(quantity) };
  });
}

describe('re-scoring a source', () => {
  test('in shards gives the bytes of one shard; the young are placed with a strength lowered by what they lack, the too young listed with the reason', async () => {
    const all = [...known, ...four, ...two];
    const source = { kind: 'csv', path: await writeSmallMarket(folder.path, all, 'all.csv') };
    const whole = (await run('rescore', 'whole', { source, artifacts })) as RescoreSummary;
    const cut = (await run('rescore', 'cut', { source, artifacts, shardSize: 100 })) as RescoreSummary;
    expect(cut).toMatchObject({ retailers: 206, scored: 200, provisional: 4, tooYoung: 2 });
    expect(cut.assignments!.sha256).toBe(whole.assignments!.sha256);
    expect(await lines(cut)).toEqual(await lines(whole));
    expect(cut.segments).toEqual(whole.segments);

    const [header, ...rows] = await lines(cut);
    const column = (name: string): number => header!.indexOf(name);
    const of = (prefix: string): string[][] => rows.filter(([id]) => id!.startsWith(prefix));
    for (const row of of('FOUR')) {
      expect(row[column('status')]).toBe('provisional');
      expect(row.join(',')).toContain('4 active months, at least 6 needed');
      expect(Number(row[column('strength')])).toBeLessThanOrEqual(4 / 6);
    }
    expect(of('TWO').map((row) => [row[column('status')], row[column('segment_id')]])).toEqual([
      ['too-young', ''],
      ['too-young', ''],
    ]);
    expect(of('R').every((row) => row[column('previous_segment_id')] !== undefined)).toBe(true);

    const strict = (await run('rescore', 'strict', {
      source,
      artifacts,
      provisional: false,
    })) as RescoreSummary;
    expect(strict).toMatchObject({ scored: 200, provisional: 0, tooYoung: 6 });
  });
});

describe('on demand', () => {
  test('one call starts the workflow and answers with the segments; a server and this process alone say the same as the batch', async () => {
    const asked = ['R0000', 'R0001', 'FOUR0000', 'TWO0000'];
    const rows = posted([...known, ...four, ...two].filter((row) => asked.includes(row.split(',')[0]!)));
    const temporal = createTemporalEngine(worked.client, undefined, async () => undefined);
    const deps = processDependencies({ ...process.env, SEGMENTS_SCRATCH: folder.path }, artifacts);
    const alone = createInProcessEngine(deps);
    try {
      const input = { rows, artifacts };
      const served = await temporal.askSegments('on-demand', input);
      expect(served.modelRunId).toBe(champion.runId);
      expect(served.segments.map(({ shopId, status }) => [shopId, status])).toEqual([
        ['FOUR0000', 'provisional'],
        ['R0000', 'scored'],
        ['R0001', 'scored'],
        ['TWO0000', 'too-young'],
      ]);
      expect((await alone.askSegments('alone', input)).segments).toEqual(served.segments);

      const source = { kind: 'csv', path: path.join(folder.path, 'sales.csv') };
      const named = await temporal.askSegments('named', { source, artifacts, retailers: ['R0001', 'R0000'] });
      expect(named.segments).toEqual(served.segments.filter(({ shopId }) => shopId.startsWith('R')));
    } finally {
      await deps.close();
    }
  });

  test('a question that cannot be answered fails with what was wrong, not with a wait', async () => {
    const temporal = createTemporalEngine(worked.client, undefined, async () => undefined);
    const rows = posted(known.slice(0, 3));
    const nowhere = pathToFileURL(path.join(folder.path, 'empty')).href;
    await expect(temporal.askSegments('no-champion', { rows, artifacts: nowhere })).rejects.toMatchObject({
      code: 'RunNotFound',
    });
    await expect(temporal.askSegments('nothing', { artifacts })).rejects.toMatchObject({
      code: 'InvalidInput',
    });
    const source = { kind: 'csv', path: path.join(folder.path, 'sales.csv') };
    await expect(temporal.askSegments('everyone', { source, artifacts })).rejects.toMatchObject({
      code: 'InvalidInput',
    });
  });
});
