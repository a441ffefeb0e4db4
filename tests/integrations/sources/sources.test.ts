import { afterAll } from 'vitest';
import { ContractTable, describeSource } from '../../integration/sources/source-contract.js';
import { bigQuerySystem, startTestBigQuery } from './bigquery-system.js';

const table = new ContractTable();
const bigQuery = await startTestBigQuery();
afterAll(async () => {
  await bigQuery?.stop();
  process.stdout.write(`\n${table.toString()}\n`);
});

describeSource('BigQuery (bqemulator)', bigQuery && bigQuerySystem(bigQuery), table);
