import { join } from 'node:path';
import { quoteLiteral } from '../duckdb/quote.js';
import { openBytes } from './csv/open-bytes.js';
import { fieldSeparator } from './csv/record-scanner.js';
import { rewriteCsv } from './csv/rewrite-csv.js';
import { type ColumnExpression, type SalesColumn, type SalesSource } from './sales-source.js';
import { textColumn } from './text-column.js';

/** One CSV file, plain, gzip or zip. `line` is the line of the unpacked file on which the record begins; the header is line 1. */
export const csvSource: SalesSource<'csv'> = {
  kind: 'csv',
  async stage({ path, columns: mapping }, { scratch, onProgress, signal }) {
    const opened = await openBytes(path, signal);
    const records = join(scratch, 'records.txt');
    const refusals = join(scratch, 'refusals.csv');
    const { layout, refused } = await rewriteCsv(
      opened.stream,
      mapping,
      { source: path, records, refusals },
      () => onProgress({ phase: 'bytes read', done: opened.bytesRead(), total: opened.bytes }),
    );
    const columns: Partial<Record<SalesColumn, ColumnExpression>> = {};
    for (const column of layout.columns) columns[column] = textColumn(column);
    return {
      relation: readRecords(records, layout.columns),
      columns,
      textIsClean: true,
      unreadable: { relation: readRefusals(refusals), count: refused },
      fingerprint: { kind: 'csv', sha256: await opened.sha256(), bytes: opened.bytes },
    };
  },
};

function readRecords(path: string, columns: readonly SalesColumn[]): string {
  const types = ["'line': 'BIGINT'", ...columns.map((column) => `'${column}': 'VARCHAR'`)];
  return `read_csv(${quoteLiteral(path)}, auto_detect = false, header = false,
    delim = chr(${fieldSeparator}), quote = '', escape = '', new_line = '\\n', max_line_size = 4194304,
    columns = { ${types.join(', ')} })`;
}

function readRefusals(path: string): string {
  return `read_csv(${quoteLiteral(path)}, auto_detect = false, header = false, delim = ',', quote = '"', escape = '"',
    new_line = '\\n', parallel = false, columns = { 'line': 'BIGINT', 'reason': 'VARCHAR', 'row': 'VARCHAR' })`;
}
