import path from 'node:path';
import { quoteIdentifier, quoteLiteral } from '../../../shared/duckdb/quote.js';
import { withDuckDb } from '../../../shared/duckdb/with-duckdb.js';
import { tempFolder } from '../../support/temp-folder.js';
import { asCsv, type Placed, salesTable, type SystemUnderTest, type TestTable } from './source-contract.js';

const noServer = { unshown: 'no server' } as const;
const noCredentials = { unshown: 'no credentials' } as const;
const types = { text: 'VARCHAR', integer: 'INTEGER', number: 'DOUBLE', date: 'DATE' } as const;

export const csvSystem: SystemUnderTest = {
  name: 'CSV',
  typed: false,
  put: asCsv,
  missing: async () => ({ source: { kind: 'csv', path: '/nothing-here.csv' }, env: {} }),
  wrongCredentials: noCredentials,
  killedHalfWay: noServer,
  throttled: noServer,
  slow: () => asCsv(salesTable(500)),
};

export const parquetSystem: SystemUnderTest = {
  name: 'Parquet',
  typed: true,
  put: asParquet,
  missing: async () => ({ source: { kind: 'parquet', path: '/nothing-here.parquet' }, env: {} }),
  wrongCredentials: noCredentials,
  killedHalfWay: noServer,
  throttled: noServer,
  slow: () => asParquet(salesTable(500)),
};

async function asParquet(table: TestTable): Promise<Placed> {
  const folder = await tempFolder();
  const file = path.join(folder, 'sales.parquet');
  const csv = await asCsv(table);
  const columns = table.columns.map(
    ({ name, type }) => `CAST(${quoteIdentifier(name)} AS ${types[type]}) AS ${quoteIdentifier(name)}`,
  );
  const { path: csvPath } = csv.source as { path: string };
  await withDuckDb({ memoryLimit: '500MB', threads: 1, scratch: folder }, (db) =>
    db.run(`COPY (SELECT ${columns.join(', ')} FROM read_csv(${quoteLiteral(csvPath)}, all_varchar = true, header = true))
      TO ${quoteLiteral(file)} (FORMAT parquet)`),
  );
  return { source: { kind: 'parquet', path: file }, env: {} };
}
