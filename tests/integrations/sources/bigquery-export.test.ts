import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { cacheFolder } from '../../../infra/cache-folder.js';
import { findGcsEmulator, startGcsEmulator } from '../../../infra/services/gcs-emulator.js';
import { type Source } from '../../../shared/contracts/source.js';
import { asCsv, ingestPlaced, refusalOf, salesTable } from '../../integration/sources/source-contract.js';
import { bigQueryOf, createBigQueryTable, startTestBigQuery } from './bigquery-system.js';
import { startExportDouble } from './export-double.js';

const say = (text: string): void => void process.stderr.write(`${text}\n`);
const storage = await findGcsEmulator(process.env, cacheFolder(process.env), say)
  .then(startGcsEmulator)
  .catch((error: unknown) => {
    say(`the Cloud Storage emulator cannot be had (${String(error)}): its tests are skipped`);
    return undefined;
  });
const emulator = await startTestBigQuery();
afterAll(async () => void (await Promise.all([emulator?.stop(), storage?.stop()])));

describe.skipIf(emulator === undefined || storage === undefined)('BigQuery by way of Cloud Storage', () => {
  const sales = salesTable(20);
  const begin = async () => {
    const client = bigQueryOf(emulator!);
    const double = await startExportDouble({ endpoint: emulator!.endpoint, client }, storage!);
    onTestFinished(() => double.close());
    const env = {
      SEGMENTS_BIGQUERY_ENDPOINT: double.endpoint,
      SEGMENTS_GCS_ENDPOINT: storage!.endpoint,
      GOOGLE_CLOUD_PROJECT: emulator!.project,
    };
    const table = await createBigQueryTable(client, sales);
    const source = (bucket: string, exportAboveBytes?: number): Source => ({
      kind: 'bigquery',
      table,
      exportTo: `gs://${bucket}/exports`,
      ...(exportAboveBytes === undefined ? {} : { exportAboveBytes }),
    });
    return { double, env, source };
  };
  const objects = async (): Promise<unknown> => {
    const { bucket, endpoint } = storage!;
    const page = (await (await fetch(`${endpoint}/storage/v1/b/${bucket}/o`)).json()) as {
      items?: unknown[];
    };
    return page.items ?? [];
  };

  test('many rows come as Parquet files, to the same bytes as from a CSV, and none of them stays in the bucket', async () => {
    const { double, env, source } = await begin();
    const expected = (await ingestPlaced(await asCsv(sales))).sales!;
    const { sales: found, error } = await ingestPlaced({ source: source(storage!.bucket, 0), env });
    expect(error).toBeUndefined();
    expect(found!.bytes.equals(expected.bytes)).toBe(true);
    expect(found!.counts).toEqual(expected.counts);
    expect(found!.fingerprint).toMatchObject({ kind: 'bigquery', rows: sales.rows.length });
    expect(found!.fingerprint.version).toMatch(/^job \S+ of .*, \d+ bytes read, exported as 2 files$/);
    expect(double.statements).toEqual([
      expect.stringMatching(
        /^EXPORT DATA OPTIONS \(uri = 'gs:\/\/segments-test\/exports\/segments-[0-9a-f-]{36}\/\*\.parquet', format = 'PARQUET', compression = 'SNAPPY'\) AS SELECT /,
      ),
    ]);
    expect(await objects()).toEqual([]);
  }, 120_000);

  test('few rows come by pages, whatever the bucket', async () => {
    const { double, env, source } = await begin();
    expect((await ingestPlaced({ source: source(storage!.bucket), env })).error).toBeUndefined();
    expect(double.statements).toEqual([]);
  }, 120_000);

  test('a storage that does not answer is retried', async () => {
    const { env, source } = await begin();
    const error = await refusalOf({
      source: source(storage!.bucket, 0),
      env: { ...env, SEGMENTS_GCS_ENDPOINT: 'http://127.0.0.1:1' },
    });
    expect([error.code, error.retryable]).toEqual(['SourceUnavailable', true]);
  }, 120_000);
});
