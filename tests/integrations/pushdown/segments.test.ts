import { afterAll, describe, expect, test } from 'vitest';
import { manifestSchema } from '../../../shared/artifacts/manifest.js';
import { marketTable, segmentsOf } from '../../integration/sources/same-segments.js';
import { asCsv, type Placed } from '../../integration/sources/source-contract.js';
import { bigQuerySystem, startTestBigQuery } from '../sources/bigquery-system.js';
import { snowflakeSystem, startTestSnowflake } from '../sources/snowflake-system.js';

const bigQuery = await startTestBigQuery();
const snowflake = await startTestSnowflake();
afterAll(async () => void (await Promise.all([bigQuery?.stop(), snowflake?.stop()])));

const rows = marketTable();
const retailers = new Set(rows.rows.map(([shop]) => shop)).size;
const files = ['eligibility.parquet', 'features.parquet', 'assignments.csv', 'manifest.json', 'report.html'];

const pushedDown = async ({ source, env }: Placed): Promise<Record<string, Buffer>> =>
  await segmentsOf({ source: { ...source, pushdown: true } as Placed['source'], env }, files);

/** Retailer, segment and cluster of every line of `assignments.csv`, and its numbers to nine places. */
const rounded = (assignments: Buffer): string[] =>
  assignments
    .toString()
    .split('\n')
    .map((line) =>
      line
        .split(',')
        .map((field) => (/^-?\d+\.\d+/.test(field) ? Number(field).toFixed(9) : field))
        .join(','),
    );

describe('a run on features that the warehouse computed ends as one on the same rows from a CSV', () => {
  test.skipIf(bigQuery === undefined)(
    'BigQuery: to the last byte, and only a row a retailer and a few counts leave it',
    async () => {
      const expected = await segmentsOf(await asCsv(rows), files);
      const found = await pushedDown(await bigQuerySystem(bigQuery!).put(rows));
      for (const name of files.slice(0, 3)) expect(found[name]!.equals(expected[name]!), name).toBe(true);

      const manifest = manifestSchema.parse(JSON.parse(found['manifest.json']!.toString()));
      expect(Object.keys(manifest.files)).toContain('retailers.parquet');
      expect(Object.keys(manifest.files)).not.toContain('sales.parquet');
      const csv = manifestSchema.parse(JSON.parse(expected['manifest.json']!.toString()));
      expect(manifest.ingest).toEqual(csv.ingest);
      // 24 months: one row each of what was judged and of what was used.
      expect(manifest.leftWarehouse).toMatchObject({ rows: retailers + 48, rejectedKept: 0 });
      expect(manifest.fingerprint).toMatchObject({
        kind: 'bigquery',
        rows: rows.rows.length,
        version: expect.stringMatching(/^job \S+ of .*, \d+ bytes read, as of \d{4}-/) as string,
        sha256: manifest.files['retailers.parquet']!.sha256,
      });
      expect(found['report.html']!.toString()).toContain('one row a retailer');
    },
    300_000,
  );

  test.skipIf(snowflake === undefined)(
    'Snowflake: the same segments, and numbers to nine places',
    async () => {
      const expected = await segmentsOf(await asCsv(rows), files);
      const found = await pushedDown(await snowflakeSystem(snowflake!).put(rows));
      expect(rounded(found['assignments.csv']!)).toEqual(rounded(expected['assignments.csv']!));
      expect(found['eligibility.parquet']!.equals(expected['eligibility.parquet']!)).toBe(true);
    },
    300_000,
  );
});
