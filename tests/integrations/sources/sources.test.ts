import { afterAll } from 'vitest';
import { ContractTable, describeSource } from '../../integration/sources/source-contract.js';
import { bigQuerySystem, startTestBigQuery } from './bigquery-system.js';
import { snowflakeSystem, startTestSnowflake } from './snowflake-system.js';

const table = new ContractTable();
const bigQuery = await startTestBigQuery();
const snowflake = await startTestSnowflake();
afterAll(async () => {
  await Promise.all([bigQuery?.stop(), snowflake?.stop()]);
  process.stdout.write(`\n${table.toString()}\n`);
});

describeSource('BigQuery (bqemulator)', bigQuery && bigQuerySystem(bigQuery), table);
describeSource('Snowflake (fakesnow)', snowflake && snowflakeSystem(snowflake), table);
