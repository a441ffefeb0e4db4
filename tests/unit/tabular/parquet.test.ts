import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { quoteLiteral } from '../../../shared/duckdb/quote.js';
import { type Column, texts, valuesOf } from '../../../shared/tabular/column.js';
import { readColumns, writeColumns } from '../../../shared/tabular/parquet.js';
import { inDuckDb } from '../sources/ingesting.js';

const columns: readonly Column[] = [
  { name: 'id "quoted"', type: 'text', values: ['a', null, '', '🏪 long enough not to be inlined', 'x\ny'] },
  { name: 'double', type: 'double', values: Float64Array.of(0.1, NaN, -0, 1e308, Infinity) },
  { name: 'int', type: 'int', values: Int32Array.of(-(2 ** 31), 2 ** 31 - 1, 0, 1, 2) },
  { name: 'flag', type: 'boolean', values: Uint8Array.of(1, 0, 0, 1, 1) },
];

/** A table larger than DuckDB's chunks and than a row group. */
function large(rows: number): Column[] {
  return [
    { name: 'id', type: 'text', values: Array.from({ length: rows }, (_, i) => `shop ${i % 977}`) },
    { name: 'value', type: 'double', values: Float64Array.from({ length: rows }, (_, i) => Math.sin(i)) },
  ];
}

describe('columns in Parquet', () => {
  it('come back as they were written, missing values and all', async () => {
    const table = await inDuckDb(async (db, folder) => {
      await writeColumns(db, join(folder, "it's.parquet"), columns);
      return await readColumns(db, join(folder, "it's.parquet"));
    });
    expect(table).toEqual({ rows: 5, columns });
  });

  it('come back in the order asked for, and only those', async () => {
    const table = await inDuckDb(async (db, folder) => {
      await writeColumns(db, join(folder, 't.parquet'), columns);
      return await readColumns(db, join(folder, 't.parquet'), ['int', 'id "quoted"']);
    });
    expect(table.columns.map(({ name }) => name)).toEqual(['int', 'id "quoted"']);
  });

  it('keep their order over many row groups, and the same rows give the same bytes on any number of threads', async () => {
    const rows = 130_000;
    const written = async (threads: number): Promise<string> =>
      await inDuckDb(
        async (db, folder) => {
          const path = join(folder, 't.parquet');
          await writeColumns(db, path, large(rows));
          const table = await readColumns(db, path);
          expect(valuesOf(table, 'value', 'double')).toEqual(large(rows)[1]!.values);
          return createHash('sha256')
            .update(await readFile(path))
            .digest('hex');
        },
        { threads },
      );
    const first = await written(1);
    expect([await written(2), await written(4)]).toEqual([first, first]);
  });

  it('an empty table keeps its columns', async () => {
    const none = columns.map((column) => ({ ...column, values: column.values.slice(0, 0) })) as Column[];
    const table = await inDuckDb(async (db, folder) => {
      await writeColumns(db, join(folder, 't.parquet'), none);
      return await readColumns(db, join(folder, 't.parquet'));
    });
    expect(table).toEqual({ rows: 0, columns: none });
  });

  it('integers of 64 bits and decimals are read as doubles', async () => {
    const table = await inDuckDb(async (db, folder) => {
      const path = join(folder, 't.parquet');
      await db.run(`COPY (SELECT 5::BIGINT AS long, 3::SMALLINT AS short, 1.5::FLOAT AS float)
        TO ${quoteLiteral(path)} (FORMAT parquet)`);
      return await readColumns(db, path);
    });
    expect(table.columns).toEqual([
      { name: 'long', type: 'double', values: Float64Array.of(5) },
      { name: 'short', type: 'int', values: Int32Array.of(3) },
      { name: 'float', type: 'double', values: Float64Array.of(1.5) },
    ]);
  });
});

describe('a column that is not what it should be', () => {
  it('is a corrupt artifact, named', () => {
    const table = { rows: 5, columns };
    const corrupt = (message: string): unknown =>
      expect.objectContaining({ code: 'ArtifactCorrupt', message });
    expect(() => valuesOf(table, 'int', 'text')).toThrow(corrupt('column int is int; expected text'));
    expect(() => valuesOf(table, 'gone', 'int')).toThrow(corrupt('column gone is missing; expected int'));
    expect(() => texts(table, 'id "quoted"')).toThrow(corrupt('column id "quoted" is missing in row 2'));
  });
});
