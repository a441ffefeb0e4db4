import { type S3Client } from '@aws-sdk/client-s3';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { openStore } from '../../../shared/artifacts/open-store.js';
import { createS3Store } from '../../../shared/artifacts/s3-store.js';
import { type ArtifactStore } from '../../../shared/artifacts/store.js';
import { withDuckDb } from '../../../shared/duckdb/with-duckdb.js';
import { createFileSink } from '../../../shared/sinks/file-sink.js';
import { startHttpDouble } from '../../support/http-double.js';
import { type S3Server, startS3Server, testBucket } from '../../support/s3-server.js';
import {
  deliverTo,
  type HistoryRow,
  makeDelivery,
  type SinkPlace,
  sinkTable,
  testSinkContract,
} from '../../support/sink-contract.js';
import { tempFolder } from '../../support/temp-folder.js';

const table = sinkTable();
const ownFile = 'a file a run';
const folderCannot = {
  'wrong credentials': 'no credentials',
  unreachable: 'no server',
  throttled: 'no server',
  'missing schema': 'it is made',
  'changed type': ownFile,
};
const duckDb = { memoryLimit: '500MB', threads: 1 };

/** Reads Parquet or CSV files of a folder as a reader would who knows nothing of this product: DuckDB, by glob. */
async function read(glob: string, format: 'parquet' | 'csv'): Promise<HistoryRow[]> {
  const from =
    format === 'parquet'
      ? `read_parquet('${glob}')`
      : `read_csv('${glob}', header = true, all_varchar = true)`;
  const rows = await withDuckDb({ ...duckDb, scratch: await tempFolder() }, (db) =>
    db
      .rows(
        `SELECT * REPLACE (CAST(strength AS DOUBLE) AS strength, CAST(outlier_score AS DOUBLE) AS outlier_score,
           strftime(CAST(replace(CAST(finished_at AS VARCHAR), 'Z', '') AS TIMESTAMP), '%Y-%m-%dT%H:%M:%S.%gZ') AS finished_at)
         FROM ${from}`,
      )
      .catch((error: unknown) => {
        if (/No files found/.test(String(error))) return [];
        throw error;
      }),
  );
  return rows as unknown as HistoryRow[];
}

async function placeIn(folder: string, format: 'parquet' | 'csv'): Promise<SinkPlace> {
  const sink = { kind: 'file', folder: pathToFileURL(folder).href, format, prefix: 'segments' } as const;
  return {
    sink: createFileSink(sink, openStore, duckDb),
    history: () => read(`${folder}/segments_history/*/*/part.${format}`, format),
    current: () => read(`${folder}/segments_current.${format}`, format),
  };
}

describe('Parquet in a folder', () => {
  testSinkContract(
    'Parquet, folder',
    async () => placeIn(await tempFolder(), 'parquet'),
    folderCannot,
    table,
  );

  test('the same run gives the same bytes, in a layout that readers partition by month', async () => {
    const delivery = makeDelivery({ runId: '00000000-0000-4000-8000-000000000001' });
    const files: Buffer[] = [];
    for (const folder of [await tempFolder(), await tempFolder()]) {
      await deliverTo((await placeIn(folder, 'parquet')).sink, delivery);
      const part = `segments_history/as_of=2023-12/run_id=${delivery.runId}/part.parquet`;
      files.push(await readFile(path.join(folder, part)));
      expect(await readFile(path.join(folder, 'segments_current.parquet'))).toEqual(files.at(-1));
      const pointer = JSON.parse(await readFile(path.join(folder, 'segments_current.json'), 'utf8')) as {
        runId: string;
        file: { uri: string };
      };
      expect(pointer.runId).toBe(delivery.runId);
      expect(await readFile(fileURLToPath(pointer.file.uri))).toEqual(files.at(-1));
    }
    expect(files[0]).toEqual(files[1]);
  });
});

describe('CSV in a folder', () => {
  testSinkContract('CSV, folder', async () => placeIn(await tempFolder(), 'csv'), folderCannot, table);
});

const server = await startS3Server();
afterAll(async () => server?.stop());

let prefixes = 0;
async function placeInBucket(s3: S3Server): Promise<SinkPlace> {
  const busy = await startHttpDouble(() => ({ status: 503, json: { error: 'SlowDown' } }));
  onTestFinished(() => busy.close());
  const folder = `s3://${testBucket}/sink-${++prefixes}`;
  const sink = { kind: 'file', folder, format: 'parquet', prefix: 'segments' } as const;
  const through = (client: S3Client) => createFileSink(sink, (uri) => createS3Store(uri, client), duckDb);
  const store = createS3Store(folder, s3.client());
  return {
    sink: through(s3.client()),
    stranger: through(
      s3.client({
        credentials: { accessKeyId: 'somebody', secretAccessKey: 'wrong-secret' },
        maxAttempts: 1,
      }),
    ),
    unreachable: through(s3.client({ endpoint: 'http://127.0.0.1:9', maxAttempts: 1 })),
    throttled: through(s3.client({ endpoint: busy.endpoint, maxAttempts: 1 })),
    nowhere: createFileSink(
      { ...sink, folder: 's3://nowhere-to-be-found/x' },
      (uri) => createS3Store(uri, s3.client()),
      duckDb,
    ),
    history: async () => readObjects(store, await store.list('segments_history/')),
    current: async () => readObjects(store, await store.list('segments_current.parquet')),
  };
}

async function readObjects(store: ArtifactStore, keys: readonly string[]): Promise<HistoryRow[]> {
  const folder = await tempFolder();
  for (const [i, key] of keys.entries())
    await writeFile(path.join(folder, `${i}.parquet`), (await store.read(key))!.bytes);
  return keys.length === 0 ? [] : await read(`${folder}/*.parquet`, 'parquet');
}

describe.skipIf(server === undefined)('Parquet in a bucket', () => {
  testSinkContract(
    `Parquet, S3 (${server?.kind})`,
    () => placeInBucket(server!),
    {
      ...(server?.kind === 'versitygw' ? {} : { 'wrong credentials': 'it takes any' }),
      'changed type': ownFile,
    },
    table,
  );
});

test('docs/integrations.md keeps this table', () => table.expectKept());
