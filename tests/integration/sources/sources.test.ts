import { afterAll, test, vi } from 'vitest';
import { startTestPostgres } from '../../support/postgres-server.js';
import { startKaggleDouble } from '../../../infra/services/kaggle-double.js';
import { startS3Server, testCredentials } from '../../support/s3-server.js';
import {
  csvFolderSystem,
  csvSystem,
  parquetSystem,
  s3FilesSystem,
  s3System,
  webSystem,
} from './file-systems.js';
import { kaggleSystem } from './kaggle-system.js';
import { postgresSystem } from './postgres-system.js';
import { describeSource, sourceTable } from './source-contract.js';

const table = sourceTable();
const s3 = await startS3Server();
vi.stubEnv('AWS_ACCESS_KEY_ID', testCredentials.accessKeyId);
vi.stubEnv('AWS_SECRET_ACCESS_KEY', testCredentials.secretAccessKey);
const kaggle = await startKaggleDouble();
const postgres = await startTestPostgres();
afterAll(async () => {
  await s3?.stop();
  await kaggle.close();
  await postgres?.stop();
});

describeSource('CSV', csvSystem, table);
describeSource('CSV files', csvFolderSystem, table);
describeSource('Parquet', parquetSystem, table);
describeSource('https (double)', webSystem(kaggle), table);
describeSource(`S3 (${s3?.kind})`, s3 && s3System(s3), table);
describeSource(`S3 files (${s3?.kind})`, s3 && s3FilesSystem(s3), table);
describeSource('Kaggle (double)', kaggleSystem(kaggle), table);
describeSource('PostgreSQL', postgres && postgresSystem(postgres), table);

test('docs/integrations.md keeps this table', () => table.expectKept());
