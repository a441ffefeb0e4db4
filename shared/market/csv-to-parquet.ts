import { mkdtemp, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { quoteLiteral } from '../duckdb/quote.js';
import { withDuckDb } from '../duckdb/with-duckdb.js';

export interface CsvToParquet {
  /** A sales CSV file of this package's. */
  readonly from: string;
  readonly to: string;
  /** All columns as text: numbers that are wrong on purpose fit into no other. */
  readonly textColumns: boolean;
  readonly signal: AbortSignal | undefined;
}

const types = {
  shop_id: 'VARCHAR',
  product_id: 'VARCHAR',
  year: 'SMALLINT',
  month: 'TINYINT',
  sales_qty: 'INTEGER',
  sales_value: 'DOUBLE',
};

/** One thread, so that row groups come in the order of the file: equal CSV gives equal bytes. */
export async function csvToParquet({ from, to, textColumns, signal }: CsvToParquet): Promise<void> {
  const columns = Object.entries(types)
    .map(([name, type]) => `${name}: '${textColumns ? 'VARCHAR' : type}'`)
    .join(', ');
  const scratch = await mkdtemp(join(dirname(to), '.market-'));
  try {
    await withDuckDb(
      { memoryLimit: '300MB', threads: 1, scratch },
      (db) =>
        db.run(`
          COPY (
            SELECT * FROM read_csv(${quoteLiteral(from)}, header = true, auto_detect = false, delim = ',', columns = {${columns}})
          ) TO ${quoteLiteral(to)} (FORMAT parquet, COMPRESSION zstd)`),
      signal,
    );
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
