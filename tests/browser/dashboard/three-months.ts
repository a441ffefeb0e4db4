import fastify, { type FastifyInstance } from 'fastify';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { compareStoredRuns } from '../../../cli/compare-stored-runs.js';
import { openStore } from '../../../shared/artifacts/open-store.js';
import { type ArtifactStore } from '../../../shared/artifacts/store.js';
import { type RunSummary } from '../../../shared/contracts/run-summary.js';
import {
  dashboardPlugin,
  type DashboardOptions,
  type HeldRunDecision,
} from '../../../shared/dashboard/dashboard-plugin.js';
import { createRunReader } from '../../../shared/dashboard/run-reader.js';
import { explainStoredRetailer } from '../../../shared/explain/explain-stored-retailer.js';
import { segments } from '../../support/segments-command.js';
import { writeSmallMarket } from '../../support/small-market.js';

export const token = 'a-token-for-tests';

/** Three months of a small market, run before a file's tests: a first run, one that is published, and one that is held. */
export const runs = new Map<string, RunSummary>();
let folder: string;
let storeUri: string;

export const place = (): { readonly folder: string; readonly storeUri: string } => ({ folder, storeUri });

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

export const idOf = (month: string): string => runs.get(month)!.runId;

const open: FastifyInstance[] = [];
afterEach(async () => {
  for (const app of open.splice(0)) await app.close();
});

export async function serve(
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

export function deciding(): { decide: NonNullable<DashboardOptions['decide']>; decided: HeldRunDecision[] } {
  const decided: HeldRunDecision[] = [];
  const carryOut = (decision: HeldRunDecision): Promise<string> => {
    decided.push(decision);
    return Promise.resolve(`Run ${decision.runId} was ${decision.outcome} by ${decision.by}.`);
  };
  return { decide: { token, carryOut }, decided };
}
