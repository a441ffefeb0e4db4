import {
  BOOLEAN,
  DOUBLE,
  DuckDBDataChunk,
  type DuckDBVector,
  DuckDBTypeId,
  INTEGER,
  VARCHAR,
} from '@duckdb/node-api';
import { type DuckDb } from '../duckdb/duckdb.js';
import { quoteIdentifier, quoteLiteral } from '../duckdb/quote.js';
import { type Column, type ColumnType, type Table } from './column.js';

const duckDbTypes = { double: DOUBLE, int: INTEGER, text: VARCHAR, boolean: BOOLEAN } as const;
const rowsPerChunk = 2048;

/** Rows of a row group. A multiple of DuckDB's 2,048 rows a chunk, so that groups are of exactly this size. */
export const rowGroupSize = 122_880;

/** How a Parquet file of this product is written: the same rows give the same bytes. */
export const parquetOptions = `FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE ${rowGroupSize}`;

/**
 * Reads a Parquet file, or its columns `names`, in the order of the file's rows. Integers up to 32 bits become
 * Int32Array (where nothing is missing), other numbers Float64Array with NaN for a missing value.
 */
export async function readColumns(db: DuckDb, path: string, names?: readonly string[]): Promise<Table> {
  const file = `read_parquet(${quoteLiteral(path)})`;
  const rows = Number((await db.row(`SELECT count(*) AS rows FROM ${file}`))['rows']);
  const columns: Column[] = [];
  const selected = names === undefined ? '*' : names.map(quoteIdentifier).join(', ');
  let offset = 0;
  await db.chunks(
    `SELECT ${selected} FROM ${file}`,
    (result) => {
      for (let index = 0; index < result.columnCount; index++) {
        columns.push(emptyColumn(result.columnName(index), result.columnTypeId(index), rows));
      }
    },
    (chunk) => {
      columns.forEach((column, index) => fill(column, chunk.getColumnVector(index), offset));
      offset += chunk.rowCount;
    },
  );
  return { rows, columns };
}

/** Writes columns of equal length as Parquet (zstd). NaN and null are written as missing. */
export async function writeColumns(db: DuckDb, path: string, columns: readonly Column[]): Promise<void> {
  const rows = columns[0]?.values.length ?? 0;
  const declared = columns.map(({ name, type }) => `${quoteIdentifier(name)} ${sqlTypes[type]}`);
  await db.run(`CREATE OR REPLACE TABLE written (${declared.join(', ')})`);
  await db.append('written', (appender) => {
    const types = columns.map(({ type }) => duckDbTypes[type]);
    for (let start = 0; start < rows; start += rowsPerChunk) {
      const count = Math.min(rowsPerChunk, rows - start);
      const chunk = DuckDBDataChunk.create(types, count);
      columns.forEach((column, index) => empty(column, chunk.getColumnVector(index), start, count));
      appender.appendDataChunk(chunk);
    }
  });
  await db.onOneThread(() => db.run(`COPY written TO ${quoteLiteral(path)} (${parquetOptions})`));
  await db.run('DROP TABLE written');
}

/**
 * Writes the rows of Parquet files one file after the other into one. Where each but the last holds whole row groups, it has
 * the bytes that it would have had in one piece.
 */
export async function joinInOrder(db: DuckDb, paths: readonly string[], target: string): Promise<void> {
  const files = `[${paths.map(quoteLiteral).join(', ')}]`;
  await db.onOneThread(() =>
    db.run(`COPY (SELECT * FROM read_parquet(${files})) TO ${quoteLiteral(target)} (${parquetOptions})`),
  );
}

const sqlTypes = { double: 'DOUBLE', int: 'INTEGER', text: 'VARCHAR', boolean: 'BOOLEAN' } as const;

function columnType(typeId: DuckDBTypeId): ColumnType {
  if (typeId === DuckDBTypeId.VARCHAR) return 'text';
  if (typeId === DuckDBTypeId.BOOLEAN) return 'boolean';
  const small: readonly DuckDBTypeId[] = [
    DuckDBTypeId.INTEGER,
    DuckDBTypeId.SMALLINT,
    DuckDBTypeId.TINYINT,
    DuckDBTypeId.USMALLINT,
    DuckDBTypeId.UTINYINT,
  ];
  return small.includes(typeId) ? 'int' : 'double';
}

function emptyColumn(name: string, typeId: DuckDBTypeId, rows: number): Column {
  switch (columnType(typeId)) {
    case 'text':
      return { name, type: 'text', values: new Array<string | null>(rows).fill(null) };
    case 'boolean':
      return { name, type: 'boolean', values: new Uint8Array(rows) };
    case 'int':
      return { name, type: 'int', values: new Int32Array(rows) };
    case 'double':
      return { name, type: 'double', values: new Float64Array(rows) };
  }
}

function fill(column: Column, vector: DuckDBVector, offset: number): void {
  const count = vector.itemCount;
  if (column.type === 'text') {
    const values = column.values as (string | null)[];
    for (let i = 0; i < count; i++) values[offset + i] = vector.getItem(i) as string | null;
  } else if (column.type === 'double') {
    for (let i = 0; i < count; i++) {
      const item = vector.getItem(i) as number | bigint | null;
      column.values[offset + i] = item === null ? NaN : Number(item);
    }
  } else {
    for (let i = 0; i < count; i++) {
      const item = vector.getItem(i) as number | boolean | null;
      if (item === null) {
        throw new RangeError(`row ${offset + i + 1} of ${column.type} column ${column.name} is missing`);
      }
      column.values[offset + i] = Number(item);
    }
  }
}

function empty(column: Column, vector: DuckDBVector, start: number, count: number): void {
  for (let i = 0; i < count; i++) {
    const value = column.values[start + i] ?? null;
    if (column.type === 'boolean') vector.setItem(i, value !== 0);
    else vector.setItem(i, Number.isNaN(value) ? null : value);
  }
  vector.flush();
}
