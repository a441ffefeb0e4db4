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

/** Values of the column `name`, which must be of `type`. */
export function valuesOf<T extends ColumnType>(table: Table, name: string, type: T): Extract<Column, { type: T }>['values'] {
  const found = table.columns.find((each) => each.name === name);
  if (found?.type === type) return (found as Extract<Column, { type: T }>).values;
  throw new TypeError(`column ${name} is ${found?.type ?? 'missing'}; expected ${type}`);
}

/** Values of a text column without missing ones. */
export function texts(table: Table, name: string): readonly string[] {
  const values = valuesOf(table, name, 'text');
  const missing = values.indexOf(null);
  if (missing >= 0) throw new TypeError(`column ${name} is missing in row ${missing}`);
  return values as readonly string[];
}
