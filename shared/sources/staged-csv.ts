import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type DuckDb } from '../duckdb/duckdb.js';
import { quoteLiteral } from '../duckdb/quote.js';
import { SegmentsError } from '../errors.js';
import { type SalesColumn, type StagedRows } from './sales-source.js';
import { unreadable } from './source-file.js';
import { textColumn } from './text-column.js';

/** What can follow FROM where a source knows of no row that could not be read. */
export const noUnreadableRows = {
  relation: "(SELECT '' AS file, 0::BIGINT AS line, '' AS reason, '' AS row LIMIT 0)",
  count: 0,
} as const;

/** A longer row is no sales row. */
const longestRow = 1 << 20;

export interface HandedOver {
  /** CSV without a header, quoted where it needs it; an empty field is a missing value. Gone afterwards. */
  readonly csv: string;
  readonly columns: readonly SalesColumn[];
  /** Rows that the system says it sent: fewer in the file, and it is not whole. */
  readonly rows: number;
  readonly where: string;
  readonly fingerprint: StagedRows['fingerprint'];
}

/**
 * Rows that a system handed over as text. They become Parquet on scratch, in their order: it numbers its rows itself,
 * which costs the system and the wire nothing. Throws SourceUnreadable, SourceUnavailable.
 */
export async function stageCsv(db: DuckDb, scratch: string, handed: HandedOver): Promise<StagedRows> {
  const { csv, columns, rows, where, fingerprint } = handed;
  const types = columns.map((column) => `'${column}': 'VARCHAR'`);
  const path = join(scratch, 'rows.parquet');
  const file = `read_csv(${quoteLiteral(csv)}, auto_detect = false, header = false, delim = ',', quote = '"',
    escape = '"', new_line = '\\n', max_line_size = ${longestRow}, columns = { ${types.join(', ')} })`;
  await db
    .run(`COPY (FROM ${file}) TO ${quoteLiteral(path)} (FORMAT parquet, COMPRESSION lz4_raw)`)
    .catch((error: unknown) => {
      const message = `its rows cannot be taken apart: ${(error as Error).message.split('\n')[0]}`;
      throw unreadable(where, message, 'Look for text that is not UTF-8, or far too long.', error);
    });
  await rm(csv);
  const relation = `read_parquet(${quoteLiteral(path)}, file_row_number = true)`;
  const { found } = await db.row(`SELECT count(*) AS found FROM ${relation}`);
  if (Number(found) !== rows) {
    throw new SegmentsError('SourceUnavailable', `${where}: ${rows} rows were sent, ${Number(found)} came`, {
      where,
      remedy: 'It is retried; report it if it stays so.',
    });
  }
  return {
    relation: `(SELECT *, file_row_number + 1 AS line FROM ${relation})`,
    columns: Object.fromEntries(columns.map((column) => [column, textColumn(column)])),
    textIsClean: false,
    unreadable: noUnreadableRows,
    fingerprint,
  };
}
