import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { quoteIdentifier, quoteLiteral } from '../../../shared/duckdb/quote.js';
import { withDuckDb } from '../../../shared/duckdb/with-duckdb.js';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { onTestFinished } from 'vitest';
import { type KaggleDouble, type KaggleFault } from '../../../infra/services/kaggle-double.js';
import { type Fault, type FaultProxy, startFaultProxy } from '../../support/fault-proxy.js';
import { type S3Server, testBucket } from '../../support/s3-server.js';
import { tempFolder } from '../../support/temp-folder.js';
import { asCsv, type Placed, salesTable, type SystemUnderTest, type TestTable } from './source-contract.js';

const noServer = { unshown: 'no server' } as const;
const noCredentials = { unshown: 'no credentials' } as const;
const types = { text: 'VARCHAR', integer: 'INTEGER', number: 'DOUBLE', date: 'DATE' } as const;

export const csvSystem: SystemUnderTest = {
  name: 'CSV',
  typed: false,
  put: asCsv,
  missing: async () => ({ source: { kind: 'csv', path: '/nothing-here.csv' }, env: {} }),
  wrongCredentials: noCredentials,
  killedHalfWay: noServer,
  throttled: noServer,
  slow: () => asCsv(salesTable(500)),
};

export const parquetSystem: SystemUnderTest = {
  name: 'Parquet',
  typed: true,
  put: asParquet,
  missing: async () => ({ source: { kind: 'parquet', path: '/nothing-here.parquet' }, env: {} }),
  wrongCredentials: noCredentials,
  killedHalfWay: noServer,
  throttled: noServer,
  slow: () => asParquet(salesTable(500)),
};

export async function asParquet(table: TestTable): Promise<Placed> {
  const folder = await tempFolder();
  const file = path.join(folder, 'sales.parquet');
  const csv = await asCsv(table);
  const columns = table.columns.map(
    ({ name, type }) => `CAST(${quoteIdentifier(name)} AS ${types[type]}) AS ${quoteIdentifier(name)}`,
  );
  const { path: csvPath } = csv.source as { path: string };
  await withDuckDb({ memoryLimit: '500MB', threads: 1, scratch: folder }, (db) =>
    db.run(`COPY (SELECT ${columns.join(', ')} FROM read_csv(${quoteLiteral(csvPath)}, all_varchar = true, header = true))
      TO ${quoteLiteral(file)} (FORMAT parquet)`),
  );
  return { source: { kind: 'parquet', path: file }, env: {} };
}

/** A CSV behind https: the storage of the Kaggle double stands in for a web server that can be made to fail. */
export function webSystem(server: KaggleDouble): SystemUnderTest {
  const put = async (table: TestTable): Promise<Placed> => {
    const dataset = `web/${randomUUID()}`;
    const { source } = await asCsv(table);
    server.plan('storage', []);
    server.publish(dataset, { 'sales.csv': await readFile((source as { path: string }).path) });
    return { source: { kind: 'csv', path: server.addressOf(dataset, 1, 'sales.csv') }, env: {} };
  };
  const faulty = async (...faults: readonly KaggleFault[]): Promise<Placed> => {
    const placed = await put(salesTable(100));
    server.plan('storage', faults);
    return placed;
  };
  const always = (fault: KaggleFault): KaggleFault[] => Array<KaggleFault>(9).fill(fault);
  return {
    name: 'https',
    typed: false,
    put,
    missing: async () => ({
      source: { kind: 'csv', path: server.addressOf('web/x', 1, 'nothing-here.csv') },
      env: {},
    }),
    async wrongCredentials(placed) {
      server.plan('storage', [{ kind: 'status', status: 403 }]);
      const { path: address } = placed.source as { path: string };
      return { ...placed, env: { SEGMENTS_SOURCE_TOKEN: 'wrong-secret', SEGMENTS_SOURCE_URL: address } };
    },
    killedHalfWay: async () => ({
      ...(await faulty({ kind: 'cut', share: 0.5 }, ...always({ kind: 'cut', share: 0 }))),
      strike: async () => undefined,
    }),
    throttled: async () => ({
      ...(await faulty(...always({ kind: 'status', status: 429, retryAfter: '0' }))),
      async release() {
        server.plan('storage', []);
        return undefined;
      },
    }),
    slow: () => faulty({ kind: 'slow' }),
  };
}

/** A CSV in a bucket of a real S3 server. */
export function s3System(server: S3Server): SystemUnderTest {
  const env = { AWS_ENDPOINT_URL_S3: server.endpoint, AWS_REGION: 'us-east-1' };
  const put = async (table: TestTable): Promise<Placed> => {
    const Key = `${randomUUID()}/sales of 2023.csv`;
    const { source } = await asCsv(table);
    const Body = await readFile((source as { path: string }).path);
    await server.client().send(new PutObjectCommand({ Bucket: testBucket, Key, Body }));
    return { source: { kind: 'csv', path: `s3://${testBucket}/${Key}` }, env };
  };
  const behind = async (fault: Fault, placed: Placed): Promise<{ placed: Placed; proxy: FaultProxy }> => {
    const proxy = await startFaultProxy(server.endpoint);
    onTestFinished(() => proxy.close());
    proxy.plan('GET', Array<Fault>(30).fill(fault));
    return { placed: { ...placed, env: { ...env, AWS_ENDPOINT_URL_S3: proxy.endpoint } }, proxy };
  };
  return {
    name: 's3',
    typed: false,
    put,
    missing: async () => ({ source: { kind: 'csv', path: `s3://${testBucket}/nothing-here.csv` }, env }),
    wrongCredentials: { unshown: 'the SDK takes them from the process' },
    async killedHalfWay() {
      const { placed } = await behind({ kind: 'truncated', share: 0.5 }, await put(salesTable(500)));
      return { ...placed, strike: async () => undefined };
    },
    async throttled() {
      const { placed, proxy } = await behind({ kind: 'status', status: 503 }, await put(salesTable(1)));
      return {
        ...placed,
        async release() {
          proxy.plan('GET', []);
          return undefined;
        },
      };
    },
    slow: () => put(salesTable(500)),
  };
}
