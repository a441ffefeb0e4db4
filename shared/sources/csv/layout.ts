import { type ColumnMapping } from '../../contracts/source.js';
import { resolveColumns } from '../resolve-columns.js';
import { type Partition } from '../files/partition.js';
import { type SalesColumn, salesColumns } from '../sales-source.js';

/** How the records of one CSV file are laid out. */
export interface CsvLayout {
  /** Byte between fields. */
  readonly delimiter: number;
  /** Fields that every record must have. */
  readonly fields: number;
  /** The sales columns that the file has, in order, and the field each one is in. */
  readonly columns: readonly SalesColumn[];
  readonly positions: readonly number[];
}

const delimiters = [',', ';', '\t', '|'];

/**
 * Reads the header line. The delimiter is the one of comma, semicolon, tab and bar that splits it into the most
 * fields. Throws MissingColumn.
 */
export function readLayout(
  header: string,
  mapping: ColumnMapping | undefined,
  where: string,
  partition: Partition = {},
): CsvLayout {
  const splits = delimiters.map((delimiter) => ({ delimiter, names: splitHeader(header, delimiter) }));
  const best = splits.reduce((a, b) => (b.names.length > a.names.length ? b : a));
  const indices = resolveColumns(best.names, mapping, where, partition);
  const columns = salesColumns.filter((column) => indices[column] !== undefined);
  return {
    delimiter: best.delimiter.charCodeAt(0),
    fields: best.names.length,
    columns,
    positions: columns.map((column) => indices[column]!),
  };
}

/** The fields of a header: quoted fields may hold the delimiter and doubled quotes. */
function splitHeader(header: string, delimiter: string): string[] {
  const names: string[] = [];
  let at = 0;
  for (;;) {
    let name = '';
    if (header[at] === '"') {
      let close = at + 1;
      while (close < header.length && (header[close] !== '"' || header[close + 1] === '"')) {
        close += header[close] === '"' ? 2 : 1;
      }
      name = header.slice(at + 1, close).replaceAll('""', '"');
      at = close + 1;
    }
    const end = header.indexOf(delimiter, at);
    names.push(name + (end === -1 ? header.slice(at) : header.slice(at, end)));
    if (end === -1) return names;
    at = end + 1;
  }
}
