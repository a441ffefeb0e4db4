import { join } from 'node:path';
import { type DuckDb } from '../duckdb/duckdb.js';
import { quoteIdentifier, quoteLiteral } from '../duckdb/quote.js';
import { linkTo } from './files/link-to.js';
import { sourceFiles } from './files/source-files.js';
import { fingerprintOf, pathColumn, type ReadableFile, uniteFiles } from './files/unite-files.js';
import { resolveColumns } from './resolve-columns.js';
import { wrongColumnType } from './sales-column-type.js';
import { type ColumnExpression, type SalesColumn, type SalesSource, salesColumns } from './sales-source.js';
import { hashFile, inspectFile, unreadable } from './source-file.js';
import { noUnreadableRows } from './staged-csv.js';
import { textColumn } from './text-column.js';

const numeric = /^(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|FLOAT|DOUBLE|DECIMAL.*)$/;

/** Parquet files. Integer IDs become decimal text. `line` is the number of the row in its file. */
export const parquetSource: SalesSource<'parquet'> = {
  kind: 'parquet',
  async stage(source, context) {
    const { db, scratch, signal } = context;
    const { files, single } = await sourceFiles(source, context);
    const readable: ReadableFile[] = [];
    for (const [index, file] of files.entries()) {
      const { bytes, head } = await inspectFile(file.path, file.where);
      if (head.subarray(0, 4).toString('latin1') !== 'PAR1') {
        throw unreadable(
          file.where,
          `${single ? 'the file' : file.name} does not begin with PAR1; expected a Parquet file`,
          'For CSV use csv:FILE.',
        );
      }
      const path = await linkTo(file, join(scratch, `parquet-${index}`));
      const found = await describe(db, path, file.where);
      const indices = resolveColumns(
        found.map(({ name }) => name),
        source.columns,
        file.where,
        file.partition,
      );
      const columns: Partial<Record<SalesColumn, ColumnExpression>> = {};
      for (const column of salesColumns) {
        const index = indices[column];
        if (index !== undefined) columns[column] = expression(column, found[index]!, file.where);
      }
      const sha256 = await hashFile(file.path, signal);
      readable.push({ file, path, layout: JSON.stringify(found), columns, sha256, bytes });
    }
    return {
      ...(await uniteFiles(db, readable, single, scan)),
      severalFiles: !single,
      textIsClean: false,
      unreadable: noUnreadableRows,
      fingerprint: fingerprintOf('parquet', readable, single),
    };
  },
};

function scan(paths: string): string {
  // What the folders say is read by us, and the same for every kind of file.
  return `(SELECT *, file_row_number + 1 AS line FROM read_parquet(${paths}, file_row_number = true,
    hive_partitioning = false, filename = '${pathColumn}'))`;
}

async function describe(
  db: DuckDb,
  path: string,
  where: string,
): Promise<{ readonly name: string; readonly type: string }[]> {
  const columns = await db
    .rows(`DESCRIBE SELECT * FROM read_parquet(${quoteLiteral(path)}, hive_partitioning = false)`)
    .catch((error: unknown) => {
      const message = `DuckDB cannot read it: ${(error as Error).message.split('\n')[0]}`;
      throw unreadable(where, message, 'Write the file again; it may be cut short.', error);
    });
  return columns.map((row) => ({ name: String(row['column_name']), type: String(row['column_type']) }));
}

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
