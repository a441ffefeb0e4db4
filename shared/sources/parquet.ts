import { symlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { quoteIdentifier, quoteLiteral } from '../duckdb/quote.js';
import { resolveColumns } from './resolve-columns.js';
import { wrongColumnType } from './sales-column-type.js';
import { type ColumnExpression, type SalesColumn, type SalesSource, salesColumns } from './sales-source.js';
import { hashFile, inspectFile, unreadable } from './source-file.js';
import { noUnreadableRows } from './staged-csv.js';
import { textColumn } from './text-column.js';

const numeric = /^(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|FLOAT|DOUBLE|DECIMAL.*)$/;

/** One Parquet file. Integer IDs become decimal text. `line` is the number of the row. */
export const parquetSource: SalesSource<'parquet'> = {
  kind: 'parquet',
  async stage({ path, columns: mapping }, { db, scratch, signal }) {
    const { bytes, head } = await inspectFile(path);
    if (head.subarray(0, 4).toString('latin1') !== 'PAR1') {
      throw unreadable(
        path,
        'the file does not begin with PAR1; expected a Parquet file',
        'For CSV use csv:FILE.',
      );
    }
    // DuckDB takes *, ? and [ in a path for a pattern; a name of our own has none.
    const link = join(scratch, 'source.parquet');
    await symlink(resolve(path), link);
    const file = `read_parquet(${quoteLiteral(link)}, file_row_number = true)`;
    const described = await db.rows(`DESCRIBE SELECT * FROM ${file}`).catch((error: unknown) => {
      const message = `DuckDB cannot read it: ${(error as Error).message.split('\n')[0]}`;
      throw unreadable(path, message, 'Write the file again; it may be cut short.', error);
    });
    const found = described
      .map((row) => ({ name: String(row['column_name']), type: String(row['column_type']) }))
      .filter(({ name }) => name !== 'file_row_number');
    const indices = resolveColumns(
      found.map(({ name }) => name),
      mapping,
      path,
    );
    const columns: Partial<Record<SalesColumn, ColumnExpression>> = {};
    for (const column of salesColumns) {
      const index = indices[column];
      if (index !== undefined) columns[column] = expression(column, found[index]!, path);
    }
    const sha256 = await hashFile(path, signal);
    return {
      relation: `(SELECT *, file_row_number + 1 AS line FROM ${file})`,
      columns,
      textIsClean: false,
      unreadable: noUnreadableRows,
      fingerprint: { kind: 'parquet', sha256, bytes },
    };
  },
};

function expression(
  column: SalesColumn,
  found: { name: string; type: string },
  path: string,
): ColumnExpression {
  const name = quoteIdentifier(found.name);
  if (found.type === 'VARCHAR') return textColumn(found.name);
  if (!numeric.test(found.type)) throw wrongColumnType(column, found, path);
  const text =
    /^(FLOAT|DOUBLE)$/.test(found.type) && column.endsWith('_id')
      ? // Integers with gaps come as floating-point numbers out of pandas: 7.0 is product 7.
        `CASE WHEN ${name} = trunc(${name}) AND abs(${name}) < 9007199254740992
          THEN ${name}::BIGINT::VARCHAR ELSE ${name}::VARCHAR END`
      : `${name}::VARCHAR`;
  return { text, number: `${name}::DOUBLE` };
}
