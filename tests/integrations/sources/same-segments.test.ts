import { afterAll, describe, test } from 'vitest';
import { expectSameSegments, marketTable, segmentsOf } from '../../integration/sources/same-segments.js';
import { asCsv } from '../../integration/sources/source-contract.js';
import { bigQuerySystem, startTestBigQuery } from './bigquery-system.js';
import { snowflakeSystem, startTestSnowflake } from './snowflake-system.js';

const bigQuery = await startTestBigQuery();
const snowflake = await startTestSnowflake();
afterAll(async () => void (await Promise.all([bigQuery?.stop(), snowflake?.stop()])));

const rows = marketTable();
const backwards = { ...rows, rows: [...rows.rows].reverse() };

describe('the same sales as in a CSV give the same features and segments to the last byte', () => {
  test.skipIf(bigQuery === undefined)(
    'from BigQuery',
    async () => {
      const expected = await segmentsOf(await asCsv(rows));
      await expectSameSegments(await bigQuerySystem(bigQuery!).put(backwards), expected);
    },
    300_000,
  );

  test.skipIf(snowflake === undefined)(
    'from Snowflake',
    async () => {
      const expected = await segmentsOf(await asCsv(rows));
      await expectSameSegments(await snowflakeSystem(snowflake!).put(backwards), expected);
    },
    300_000,
  );
});
