import { randomUUID } from 'node:crypto';
import { BigQuery } from '@google-cloud/bigquery';
import { onTestFinished } from 'vitest';
import { cacheFolder } from '../../../infra/cache-folder.js';
import {
  type BigQueryEmulator,
  findBigQueryEmulator,
  startBigQueryEmulator,
} from '../../../infra/services/bigquery-emulator.js';
import { startFaultProxy } from '../../support/fault-proxy.js';
import { startHttpDouble } from '../../support/http-double.js';
import {
  type Cell,
  type Placed,
  salesTable,
  type SystemUnderTest,
  type TestTable,
} from '../../integration/sources/source-contract.js';

const types = { text: 'STRING', integer: 'INT64', number: 'FLOAT64', date: 'DATE' } as const;
const say = (text: string): void => void process.stderr.write(`${text}\n`);

/** The emulator, started; undefined where it cannot be had, which is said. */
export async function startTestBigQuery(): Promise<BigQueryEmulator | undefined> {
  try {
    const python = await findBigQueryEmulator(process.env, cacheFolder(process.env), say);
    return await startBigQueryEmulator(python);
  } catch (error) {
    say(`the BigQuery emulator cannot be had (${String(error).split('\n')[0]}): its tests are skipped`);
    return undefined;
  }
}

export const dataset = 'mart';

export function bigQueryOf({ endpoint, project }: BigQueryEmulator): BigQuery {
  return new BigQuery({ projectId: project, apiEndpoint: endpoint });
}

/** A new table with these columns and rows; returns `dataset.table`. */
export async function createBigQueryTable(client: BigQuery, { columns, rows }: TestTable): Promise<string> {
  const name = `sales_${randomUUID().replaceAll('-', '')}`;
  await client.dataset(dataset).get({ autoCreate: true });
  const fields = columns.map((column) => ({ name: column.name, type: types[column.type] }));
  await client.dataset(dataset).createTable(name, { schema: { fields } });
  const table = client.dataset(dataset).table(name);
  const asObject = (row: readonly Cell[]): object =>
    Object.fromEntries(columns.map((column, index) => [column.name, row[index]]));
  for (let start = 0; start < rows.length; start += 2000) {
    await table.insert(rows.slice(start, start + 2000).map(asObject));
  }
  return `${dataset}.${name}`;
}

/** Answers as BigQuery does when it refuses or is asked too much. */
const apiError = (code: number, reason: string): { status: number; json: object } => ({
  status: code,
  json: {
    error: { code, message: `planned ${reason}`, errors: [{ reason, message: 'planned', domain: 'global' }] },
  },
});

export function bigQuerySystem(emulator: BigQueryEmulator): SystemUnderTest {
  const client = bigQueryOf(emulator);
  const env = { BIGQUERY_EMULATOR_HOST: emulator.endpoint, GOOGLE_CLOUD_PROJECT: emulator.project };
  const put = async (table: TestTable): Promise<Placed> => ({
    source: { kind: 'bigquery', table: await createBigQueryTable(client, table) },
    env,
  });
  return {
    name: 'BigQuery',
    typed: true,
    put,
    missing: async () => ({ source: { kind: 'bigquery', table: `${dataset}.nothing_here` }, env }),
    // The emulator asks for no credentials: a double says what BigQuery says of wrong ones.
    async wrongCredentials({ source }) {
      const double = await startHttpDouble(() => apiError(401, 'authError'));
      onTestFinished(() => double.close());
      return { source, env: { ...env, BIGQUERY_EMULATOR_HOST: double.endpoint } };
    },
    async killedHalfWay() {
      const { source } = await put(salesTable(20));
      const proxy = await startFaultProxy(emulator.endpoint);
      onTestFinished(() => proxy.close());
      return {
        source,
        env: { ...env, BIGQUERY_EMULATOR_HOST: proxy.endpoint },
        // The first progress comes before the first page of rows.
        strike: () => proxy.close(),
      };
    },
    async throttled() {
      const { source } = await put(salesTable(1));
      const double = await startHttpDouble(() => apiError(403, 'rateLimitExceeded'));
      onTestFinished(() => double.close());
      return {
        source,
        env: { ...env, BIGQUERY_EMULATOR_HOST: double.endpoint },
        release: async () => ({ env }),
      };
    },
    slow: () => put(salesTable(20)),
  };
}
