import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import {
  type KaggleDouble,
  kaggleDoubleToken,
  type KaggleFault,
} from '../../../infra/services/kaggle-double.js';
import { tempFolder } from '../../support/temp-folder.js';
import { asCsv, type Placed, salesTable, type SystemUnderTest, type TestTable } from './source-contract.js';

export function kaggleSystem(double: KaggleDouble): SystemUnderTest {
  const env = async (): Promise<Record<string, string>> => {
    const folder = await tempFolder();
    return {
      HOME: folder,
      XDG_CACHE_HOME: folder,
      KAGGLE_API_TOKEN: kaggleDoubleToken,
      SEGMENTS_KAGGLE_ENDPOINT: double.endpoint,
    };
  };
  const put = async (table: TestTable): Promise<Placed> => {
    const dataset = `owner/${randomUUID()}`;
    const { source } = await asCsv(table);
    double.publish(dataset, { 'sales.csv': await readFile((source as { path: string }).path) });
    return { source: { kind: 'kaggle', dataset }, env: await env() };
  };
  const faulty = async (host: 'api' | 'storage', faults: readonly KaggleFault[]): Promise<Placed> => {
    const placed = await put(salesTable(100));
    for (const each of ['api', 'storage'] as const) double.plan(each, each === host ? faults : []);
    return placed;
  };
  return {
    name: 'Kaggle',
    typed: false,
    put,
    missing: async () => ({ source: { kind: 'kaggle', dataset: 'owner/nothing-here' }, env: await env() }),
    wrongCredentials: async (placed) => ({
      ...placed,
      env: { ...placed.env, KAGGLE_API_TOKEN: 'wrong-secret' },
    }),
    // Every attempt is cut before a byte more has come.
    killedHalfWay: async () => ({
      ...(await faulty('storage', [
        { kind: 'cut', share: 0.5 },
        ...Array<KaggleFault>(9).fill({ kind: 'cut', share: 0 }),
      ])),
      strike: async () => undefined,
    }),
    throttled: async () => ({
      ...(await faulty('api', Array<KaggleFault>(9).fill({ kind: 'status', status: 429, retryAfter: '0' }))),
      async release() {
        double.plan('api', []);
        return undefined;
      },
    }),
    slow: () => faulty('storage', [{ kind: 'slow' }]),
  };
}
