import { afterAll } from 'vitest';
import { startTestPostgres } from '../../support/postgres-server.js';
import { startKaggleDouble } from '../../../infra/services/kaggle-double.js';
import { csvSystem, parquetSystem } from './file-systems.js';
import { kaggleSystem } from './kaggle-system.js';
import { postgresSystem } from './postgres-system.js';
import { ContractTable, describeSource } from './source-contract.js';

const table = new ContractTable();
const kaggle = await startKaggleDouble();
const postgres = await startTestPostgres();
afterAll(async () => {
  await kaggle.close();
  await postgres?.stop();
  process.stdout.write(`\n${table.toString()}\n`);
});

describeSource('CSV', csvSystem, table);
describeSource('Parquet', parquetSystem, table);
describeSource('Kaggle (double)', kaggleSystem(kaggle), table);
describeSource('PostgreSQL', postgres && postgresSystem(postgres), table);
