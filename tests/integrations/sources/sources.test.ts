import { afterAll, test } from 'vitest';
import { describeSource, sourceTable } from '../../integration/sources/source-contract.js';
import { bigQuerySystem, startTestBigQuery } from './bigquery-system.js';
import { snowflakeSystem, startTestSnowflake } from './snowflake-system.js';

const table = sourceTable();
const bigQuery = await startTestBigQuery();
const snowflake = await startTestSnowflake();
afterAll(async () => {
  await Promise.all([bigQuery?.stop(), snowflake?.stop()]);
});

describeSource('BigQuery (bqemulator)', bigQuery && bigQuerySystem(bigQuery), table);
describeSource('Snowflake (fakesnow)', snowflake && snowflakeSystem(snowflake), table);

test('docs/integrations.md keeps this table', () => table.expectKept());
