import { afterAll, expect, test } from 'vitest';
import { startKaggleDouble } from '../../../infra/services/kaggle-double.js';
import { startTestPostgres } from '../../support/postgres-server.js';
import { parquetSystem } from './file-systems.js';
import { kaggleSystem } from './kaggle-system.js';
import { postgresSystem } from './postgres-system.js';
import { expectSameSegments, marketTable, segmentsOf } from './same-segments.js';
import { asCsv } from './source-contract.js';

const kaggle = await startKaggleDouble();
const postgres = await startTestPostgres();
afterAll(async () => void (await Promise.all([kaggle.close(), postgres?.stop()])));

const rows = marketTable();
const backwards = { ...rows, rows: [...rows.rows].reverse() };

test('the same sales give the same features and segments to the last byte: CSV, Parquet, Kaggle, PostgreSQL', async () => {
  const expected = await segmentsOf(await asCsv(rows));
  expect(expected['assignments.csv']!.toString()).toContain('S01');
  await expectSameSegments(await parquetSystem.put(backwards), expected);
  await expectSameSegments(await kaggleSystem(kaggle).put(backwards), expected);
  if (postgres !== undefined)
    await expectSameSegments(await postgresSystem(postgres).put(backwards), expected);
}, 240_000);
