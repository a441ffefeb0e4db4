import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { quoteIdentifier, quoteLiteral } from '../../../shared/duckdb/quote.js';
import { withDuckDb } from '../../../shared/duckdb/with-duckdb.js';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { onTestFinished, vi } from 'vitest';
import { type KaggleDouble, type KaggleFault } from '../../../infra/services/kaggle-double.js';
import { type Fault, type FaultProxy, startFaultProxy } from '../../support/fault-proxy.js';
import { type Environment } from '../../../shared/sources/sales-source.js';
import { type S3Server, testBucket, testCredentials } from '../../support/s3-server.js';
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

/** The rows of a table over three files of a folder: two of CSV, one of them packed, or of Parquet. */
async function inThree(table: TestTable, one: (part: TestTable) => Promise<Placed>): Promise<string> {
  const folder = await tempFolder();
  for (let part = 0; part < 3; part++) {
    const { source } = await one({ ...table, rows: table.rows.filter((_, i) => i % 3 === part) });
    const { path: file } = source as { path: string };
    const bytes = await readFile(file);
    const packed = part === 1 && file.endsWith('.csv');
    await mkdir(path.join(folder, `part ${part}`));
    const name = `part ${part}/${path.basename(file)}${packed ? '.gz' : ''}`;
    await writeFile(path.join(folder, name), packed ? gzipSync(bytes) : bytes);
  }
  return folder;
}

/** CSV files in folders of a folder. */
export const csvFolderSystem: SystemUnderTest = {
  ...csvSystem,
  name: 'CSV files',
  put: async (table) => ({ source: { kind: 'csv', path: await inThree(table, asCsv) }, env: {} }),
  missing: async () => ({ source: { kind: 'csv', path: '/nothing-here/**/*.csv' }, env: {} }),
  slow: async () => ({ source: { kind: 'csv', path: await inThree(salesTable(500), asCsv) }, env: {} }),
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

const s3Environment = (server: S3Server): Environment => ({
  AWS_ENDPOINT_URL_S3: server.endpoint,
  AWS_REGION: 'us-east-1',
});

/** Parquet files in a bucket of a real S3 server, named by a pattern. */
export function s3FilesSystem(server: S3Server): SystemUnderTest {
  const put = async (table: TestTable): Promise<Placed> => {
    const folder = await inThree(table, asParquet);
    const prefix = randomUUID();
    for (const name of await readdir(folder, { recursive: true })) {
      if (!name.endsWith('.parquet')) continue;
      const Body = await readFile(path.join(folder, name));
      await server
        .client()
        .send(new PutObjectCommand({ Bucket: testBucket, Key: `${prefix}/${name}`, Body }));
    }
    const source = { kind: 'parquet', path: `s3://${testBucket}/${prefix}/*/*.parquet` } as const;
    return { source, env: s3Environment(server) };
  };
  return {
    ...s3System(server),
    name: 's3 files',
    typed: true,
    put,
    missing: async () => ({
      source: { kind: 'parquet', path: `s3://${testBucket}/nothing-here/` },
      env: s3Environment(server),
    }),
    async killedHalfWay() {
      const { placed } = await behindFault(
        server,
        { kind: 'truncated', share: 0.5 },
        await put(salesTable(500)),
      );
      return { ...placed, strike: async () => undefined };
    },
    slow: () => put(salesTable(500)),
  };
}

/** The same behind a line on which each answer to GET breaks as planned. */
async function behindFault(
  server: S3Server,
  fault: Fault,
  placed: Placed,
): Promise<{ placed: Placed; proxy: FaultProxy }> {
  const proxy = await startFaultProxy(server.endpoint);
  onTestFinished(() => proxy.close());
  proxy.plan('GET', Array<Fault>(30).fill(fault));
  return { placed: { ...placed, env: { ...placed.env, AWS_ENDPOINT_URL_S3: proxy.endpoint } }, proxy };
}

/** A CSV in a bucket of a real S3 server. */
export function s3System(server: S3Server): SystemUnderTest {
  const env = s3Environment(server);
  const put = async (table: TestTable): Promise<Placed> => {
    const Key = `${randomUUID()}/sales of 2023.csv`;
    const { source } = await asCsv(table);
    const Body = await readFile((source as { path: string }).path);
    await server.client().send(new PutObjectCommand({ Bucket: testBucket, Key, Body }));
    return { source: { kind: 'csv', path: `s3://${testBucket}/${Key}` }, env };
  };
  return {
    name: 's3',
    typed: false,
    put,
    missing: async () => ({ source: { kind: 'csv', path: `s3://${testBucket}/nothing-here.csv` }, env }),
    // The SDK takes them from the process.
    wrongCredentials:
      server.kind === 'versitygw'
        ? async (placed) => {
            vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'wrong-secret');
            onTestFinished(() => void vi.stubEnv('AWS_SECRET_ACCESS_KEY', testCredentials.secretAccessKey));
            return placed;
          }
        : { unshown: 'moto takes any' },
    async killedHalfWay() {
      const { placed } = await behindFault(
        server,
        { kind: 'truncated', share: 0.5 },
        await put(salesTable(500)),
      );
      return { ...placed, strike: async () => undefined };
    },
    async throttled() {
      const { placed, proxy } = await behindFault(
        server,
        { kind: 'status', status: 503 },
        await put(salesTable(1)),
      );
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
