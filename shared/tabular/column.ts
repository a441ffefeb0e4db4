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

function column<T extends ColumnType>(table: Table, name: string, type: T): Extract<Column, { type: T }> {
  const found = table.columns.find((each) => each.name === name);
  if (found?.type === type) return found as Extract<Column, { type: T }>;
  throw new TypeError(`column ${name} is ${found?.type ?? 'missing'}; expected ${type}`);
}

export const doubles = (table: Table, name: string): Float64Array => column(table, name, 'double').values;
export const ints = (table: Table, name: string): Int32Array => column(table, name, 'int').values;

/** A text column without missing values. */
export function texts(table: Table, name: string): readonly string[] {
  const { values } = column(table, name, 'text');
  const missing = values.indexOf(null);
  if (missing >= 0) throw new TypeError(`column ${name} is missing in row ${missing}`);
  return values as readonly string[];
}

export const optionalTexts = (table: Table, name: string): readonly (string | null)[] =>
  column(table, name, 'text').values;
