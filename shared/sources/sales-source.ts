import { type AsOfMonth } from '../contracts/as-of-month.js';
import { type Source, type SourceKind } from '../contracts/source.js';
import { type SourceFingerprint } from '../contracts/stage-activities.js';
import { type DuckDb } from '../duckdb/duckdb.js';
import { type OnProgress } from '../progress.js';

export const requiredColumns = ['shop_id', 'product_id', 'year', 'month', 'sales_qty'] as const;
/** The columns of sales, in the order in which this product writes them; the last one is optional. */
export const salesColumns = [...requiredColumns, 'sales_value'] as const;
export type SalesColumn = (typeof salesColumns)[number];

export interface SourceContext {
  readonly db: DuckDb;
  /** Folder for what the source has to put on disk; the caller removes it. */
  readonly scratch: string;
  readonly onProgress: OnProgress;
  readonly signal: AbortSignal;
  /** Last month that the run may see: a source may leave out rows that it knows to be later. Without it, all. */
  readonly asOf: AsOfMonth | undefined;
  /** Where credentials and settings of connections come from, and nowhere else. */
  readonly env: Environment;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** Two SQL expressions over the relation: the value as text, and as DOUBLE (NULL where it is not a number). */
export interface ColumnExpression {
  readonly text: string;
  readonly number: string;
}

/** The rows of a source, within DuckDB's reach and not yet judged. */
export interface StagedRows {
  /** What can follow FROM. It has a BIGINT column `line`: where the row stands in the source, from 1. */
  readonly relation: string;
  /** True where the source is several files: both relations then have a column `file`, its name. */
  readonly severalFiles?: boolean;
  /** Where each column comes from; without `sales_value` where the source has none. */
  readonly columns: Readonly<Partial<Record<SalesColumn, ColumnExpression>>>;
  /** True where text is known to hold no control characters, which spares a check. */
  readonly textIsClean: boolean;
  /** Rows that could not even be read as rows: what can follow FROM (columns line, reason, row), and how many. */
  readonly unreadable: { readonly relation: string; readonly count: number };
  readonly fingerprint: Omit<SourceFingerprint, 'rows'>;
}

/** One kind of system that sales come from. */
export interface SalesSource<K extends SourceKind = SourceKind> {
  readonly kind: K;
  /**
   * Brings the rows within DuckDB's reach without holding them in memory. Throws SourceNotFound, SourceUnreadable,
   * SourceRefused, CredentialsRefused, MissingColumn; SourceUnavailable where a retry may help.
   */
  stage(source: Extract<Source, { kind: K }>, context: SourceContext): Promise<StagedRows>;
}
