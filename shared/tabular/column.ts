import { SegmentsError } from '../errors.js';

/** A named column of a table; all columns of a table have the same length. */
export type Column =
  | { readonly name: string; readonly type: 'text'; readonly values: readonly (string | null)[] }
  /** NaN is missing: NULL in Parquet, empty in CSV. */
  | { readonly name: string; readonly type: 'double'; readonly values: Float64Array }
  | { readonly name: string; readonly type: 'int'; readonly values: Int32Array }
  /** 0 or 1. */
  | { readonly name: string; readonly type: 'boolean'; readonly values: Uint8Array };

export type ColumnType = Column['type'];

/** A table as columns, in order. */
export interface Table {
  readonly rows: number;
  readonly columns: readonly Column[];
}

interface ColumnValues {
  readonly text: readonly (string | null)[];
  readonly double: Float64Array;
  readonly int: Int32Array;
  readonly boolean: Uint8Array;
}

/** Values of the column `name`. Throws ArtifactCorrupt where the table has no such column of type `type`. */
export function valuesOf<T extends ColumnType>(table: Table, name: string, type: T): ColumnValues[T] {
  const found = table.columns.find((each) => each.name === name);
  if (found?.type === type) return found.values as ColumnValues[T];
  throw corrupt(name, `column ${name} is ${found?.type ?? 'missing'}; expected ${type}`);
}

/** Values of a text column without missing ones. */
export function texts(table: Table, name: string): readonly string[] {
  const values = valuesOf(table, name, 'text');
  const missing = values.indexOf(null);
  if (missing >= 0) throw corrupt(name, `column ${name} is missing in row ${missing + 1}`);
  return values as readonly string[];
}

function corrupt(where: string, message: string): SegmentsError {
  const remedy = 'Something else wrote this file: run the stage that writes it again.';
  return new SegmentsError('ArtifactCorrupt', message, { where, remedy });
}

/** Values of a column of numbers. */
export const doubles = (table: Table, name: string): Float64Array => valuesOf(table, name, 'double');
