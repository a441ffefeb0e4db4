import path from 'node:path';
import { type Reference } from '../shared/contracts/reference.js';
import { withDuckDb } from '../shared/duckdb/with-duckdb.js';
import { type Column, type Table } from '../shared/tabular/column.js';
import { readColumns, writeColumns } from '../shared/tabular/parquet.js';
import { type RunFolder } from './run-folder.js';
import { type StageTools } from './stage-tools.js';

type Tools = Pick<StageTools, 'duckDb' | 'scratch' | 'signal'>;

/** Reads a Parquet artifact, or some of its columns. */
export async function readTable(
  tools: Tools,
  folder: RunFolder,
  name: string,
  columns?: readonly string[],
): Promise<Table> {
  const local = await folder.fetch(name);
  return await withDuckDb(
    { ...tools.duckDb, scratch: tools.scratch },
    (db) => readColumns(db, local, columns),
    tools.signal,
  );
}

/** Writes a Parquet artifact. */
export async function writeTable(
  tools: Tools,
  folder: RunFolder,
  name: string,
  columns: readonly Column[],
): Promise<Reference> {
  const local = path.join(tools.scratch, `new-${name.replaceAll('/', '__')}`);
  await withDuckDb(
    { ...tools.duckDb, scratch: tools.scratch },
    (db) => writeColumns(db, local, columns),
    tools.signal,
  );
  return await folder.put(name, local, columns[0]?.values.length ?? 0);
}
