import { join } from 'node:path';
import { openBytes } from './csv/open-bytes.js';
import { fieldSeparator } from './csv/record-scanner.js';
import { rewriteCsv } from './csv/rewrite-csv.js';
import { sourceFiles } from './files/source-files.js';
import {
  fingerprintOf,
  pathColumn,
  pathList,
  type ReadableFile,
  uniteFiles,
  withFileNames,
} from './files/unite-files.js';
import { type ColumnExpression, type SalesColumn, type SalesSource } from './sales-source.js';
import { noUnreadableRows } from './staged-csv.js';
import { textColumn } from './text-column.js';

/**
 * CSV files, plain, gzip, zstd or zip. `line` is the line of the unpacked file on which the record begins; the header is
 * line 1.
 */
export const csvSource: SalesSource<'csv'> = {
  kind: 'csv',
  async stage(source, context) {
    const { scratch, db, onProgress, signal } = context;
    const { files, single } = await sourceFiles(source, context);
    const readable: ReadableFile[] = [];
    const withRefusals: ReadableFile[] = [];
    let [before, refused] = [0, 0];
    for (const [index, file] of files.entries()) {
      const opened = await openBytes(file.path, file.where, signal);
      const records = join(scratch, `records-${index}.txt`);
      const rewritten = await rewriteCsv(
        opened.stream,
        source.columns,
        {
          source: file.where,
          records,
          refusals: records + refusalsEnding,
          partition: file.partition,
        },
        () => {
          const done = before + opened.bytesRead();
          // How much several hold together is known once the last is opened.
          onProgress({ phase: 'bytes read', done, ...(single ? { total: opened.bytes } : {}) });
        },
      );
      const columns: Partial<Record<SalesColumn, ColumnExpression>> = {};
      for (const column of rewritten.layout.columns) columns[column] = textColumn(column);
      const found: ReadableFile = {
        file,
        path: records,
        layout: rewritten.layout.columns.join(','),
        columns,
        sha256: await opened.sha256(),
        bytes: opened.bytes,
      };
      readable.push(found);
      before += opened.bytes;
      refused += rewritten.refused;
      if (rewritten.refused > 0) withRefusals.push(found);
    }
    const united = await uniteFiles(db, readable, single, readRecords);
    return {
      ...united,
      severalFiles: !single,
      textIsClean: true,
      unreadable: { relation: readRefusals(withRefusals, single), count: refused },
      fingerprint: fingerprintOf('csv', readable, single),
    };
  },
};

/** A file of refusals lies beside its file of records. */
const refusalsEnding = '.refusals';

function readRecords(paths: string, { columns }: ReadableFile): string {
  const types = ["'line': 'BIGINT'", ...Object.keys(columns).map((column) => `'${column}': 'VARCHAR'`)];
  return `read_csv(${paths}, auto_detect = false, header = false,
    delim = chr(${fieldSeparator}), quote = '', escape = '', new_line = '\\n', max_line_size = 4194304,
    filename = '${pathColumn}', columns = { ${types.join(', ')} })`;
}

function readRefusals(files: readonly ReadableFile[], single: boolean): string {
  if (files.length === 0) return noUnreadableRows.relation;
  const paths = pathList(files.map(({ path }) => ({ path: path + refusalsEnding })));
  const rows = `(SELECT line, reason, row, left(${pathColumn}, -${refusalsEnding.length}) AS ${pathColumn}
    FROM read_csv(${paths}, auto_detect = false, header = false, delim = ',', quote = '"', escape = '"', new_line = '\\n',
      parallel = false, filename = '${pathColumn}', columns = { 'line': 'BIGINT', 'reason': 'VARCHAR', 'row': 'VARCHAR' }))`;
  return single ? rows : withFileNames(rows);
}
