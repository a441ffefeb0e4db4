import { createHash } from 'node:crypto';
import { DuckDBDataChunk, VARCHAR } from '@duckdb/node-api';
import { type SourceKind } from '../../contracts/source.js';
import { type DuckDb } from '../../duckdb/duckdb.js';
import { quoteIdentifier, quoteLiteral } from '../../duckdb/quote.js';
import { type ColumnExpression, type SalesColumn, salesColumns, type StagedRows } from '../sales-source.js';
import { textColumn } from '../text-column.js';
import { type SourceFile } from './source-files.js';

/** One file of a source, within DuckDB's reach. */
export interface ReadableFile {
  readonly file: SourceFile;
  /** What DuckDB reads for it: the file under a name of ours, or what was made of it. */
  readonly path: string;
  /** Files with the same layout are read by one scan. */
  readonly layout: string;
  /** Where its own columns come from. */
  readonly columns: Readonly<Partial<Record<SalesColumn, ColumnExpression>>>;
  /** Of the file as it stands. */
  readonly sha256: string;
  readonly bytes: number;
}

/** The column that says which of its files a scan took a row from. */
export const pathColumn = 'source_path';
const table = 'source_files';
const chunkRows = 2048;

/**
 * The rows of all files as one relation, in whatever order and with whatever columns each has them. What a file lacks comes
 * from its path; its own columns come first, for they may be more exact than the folder that it was put into.
 * `scan` gives what can follow FROM for the files of one layout: their columns, `line` and `source_path`. Rows of several files have a column `file` too.
 */
export async function uniteFiles(
  db: DuckDb,
  files: readonly ReadableFile[],
  single: boolean,
  scan: (paths: string, layout: ReadableFile) => string,
): Promise<Pick<StagedRows, 'relation' | 'columns'>> {
  const [first] = files;
  if (single && salesColumns.every((column) => fromPath(first!, column) === undefined)) {
    return { relation: scan(pathList([first!]), first!), columns: first!.columns };
  }
  await describeFiles(db, files);
  const layouts = new Map<string, ReadableFile[]>();
  for (const file of files) {
    const given = salesColumns.filter((column) => fromPath(file, column) !== undefined);
    const key = JSON.stringify([file.layout, given]);
    layouts.set(key, [...(layouts.get(key) ?? []), file]);
  }
  const present = salesColumns.filter((column) =>
    files.some((file) => file.columns[column] !== undefined || fromPath(file, column) !== undefined),
  );
  const scans = [...layouts.values()].map((alike) => {
    const selected = present.flatMap((column) => {
      const { text, number } = alike[0]!.columns[column] ?? textColumn(`path_${column}`);
      return [`${text} AS ${quoteIdentifier(column)}`, `${number} AS ${quoteIdentifier(`${column}_number`)}`];
    });
    return `SELECT line, file_name AS file, ${selected.join(', ')}
      FROM ${scan(pathList(alike), alike[0]!)} JOIN ${table} USING (${pathColumn})`;
  });
  const columns = present.map((column) => [
    column,
    { text: quoteIdentifier(column), number: quoteIdentifier(`${column}_number`) },
  ]);
  return {
    relation: `(${scans.join('\nUNION ALL ')})`,
    columns: Object.fromEntries(columns) as StagedRows['columns'],
  };
}

/** The name of each file for a relation that has `source_path`. */
export const withFileNames = (relation: string): string =>
  `(SELECT file_name AS file, rows.* FROM ${relation} AS rows JOIN ${table} USING (${pathColumn}))`;

export const pathList = (files: readonly { readonly path: string }[]): string =>
  `[${files.map(({ path }) => quoteLiteral(path)).join(', ')}]`;

/**
 * Of one file its own SHA-256 and size; of several the SHA-256 of a line `sha256  name` for each, in order of name, so that
 * the order in which they were listed cannot matter, and the sum of their sizes.
 */
export function fingerprintOf(
  kind: SourceKind,
  files: readonly Pick<ReadableFile, 'file' | 'sha256' | 'bytes'>[],
  single: boolean,
): StagedRows['fingerprint'] {
  const [first] = files;
  if (single) return { kind, sha256: first!.sha256, bytes: first!.bytes };
  const hash = createHash('sha256');
  for (const { sha256, file } of files) hash.update(`${sha256}  ${file.name}\n`);
  return {
    kind,
    sha256: hash.digest('hex'),
    bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
    version: `${files.length} files`,
  };
}

const fromPath = ({ columns, file }: ReadableFile, column: SalesColumn): string | undefined =>
  columns[column] === undefined ? file.partition[column] : undefined;

async function describeFiles(db: DuckDb, files: readonly ReadableFile[]): Promise<void> {
  const names = [pathColumn, 'file_name', ...salesColumns.map((column) => `path_${column}`)];
  await db.run(`CREATE OR REPLACE TABLE ${table} (${names.map((name) => `${name} VARCHAR`).join(', ')})`);
  await db.append(table, (appender) => {
    for (let start = 0; start < files.length; start += chunkRows) {
      const some = files.slice(start, start + chunkRows);
      const chunk = DuckDBDataChunk.create(names.map(() => VARCHAR));
      chunk.setColumns([
        some.map(({ path }) => path),
        some.map(({ file }) => file.name),
        ...salesColumns.map((column) => some.map(({ file }) => file.partition[column] ?? null)),
      ]);
      appender.appendDataChunk(chunk);
    }
  });
}
