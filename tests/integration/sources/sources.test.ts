import { afterAll } from 'vitest';
import { startTestPostgres } from '../../support/postgres-server.js';
import { csvSystem, parquetSystem } from './file-systems.js';
import { postgresSystem } from './postgres-system.js';
import { ContractTable, describeSource } from './source-contract.js';

const table = new ContractTable();
const postgres = await startTestPostgres();
afterAll(async () => {
  await postgres?.stop();
  process.stdout.write(`\n${table.toString()}\n`);
});

describeSource('CSV', csvSystem, table);
describeSource('Parquet', parquetSystem, table);
describeSource('PostgreSQL', postgres && postgresSystem(postgres), table);
