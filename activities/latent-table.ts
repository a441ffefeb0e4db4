import { type Matrix } from '../shared/numeric/matrix.js';
import { doubles, type Column, type Table, texts } from '../shared/tabular/column.js';

/** `stages/latent.parquet`: the embedding, and how badly each retailer is reconstructed from it. */
export interface LatentTable {
  readonly shopIds: readonly string[];
  readonly latent: Matrix;
  readonly errors: Float64Array;
}

/** Columns `latent_0…` of a matrix. */
export function matrixColumns(prefix: string, { data, rows, columns }: Matrix): Column[] {
  return Array.from({ length: columns }, (_, j) => ({
    name: `${prefix}${j}`,
    type: 'double' as const,
    values: Float64Array.from({ length: rows }, (_row, i) => data[i * columns + j]!),
  }));
}

/** The matrix whose columns are `prefix0`, `prefix1`, … of a table. */
export function matrixOf(prefix: string, table: Table): Matrix {
  const names = table.columns.map(({ name }) => name).filter((name) => name.startsWith(prefix));
  const data = new Float64Array(table.rows * names.length);
  names.forEach((_, j) => {
    doubles(table, `${prefix}${j}`).forEach((value, i) => (data[i * names.length + j] = value));
  });
  return { data, rows: table.rows, columns: names.length };
}

export function latentColumns({ shopIds, latent, errors }: LatentTable): Column[] {
  return [
    { name: 'shop_id', type: 'text', values: shopIds },
    ...matrixColumns('latent_', latent),
    { name: 'reconstruction_error', type: 'double', values: errors },
  ];
}

export function latentOf(table: Table): LatentTable {
  return {
    shopIds: texts(table, 'shop_id'),
    latent: matrixOf('latent_', table),
    errors: doubles(table, 'reconstruction_error'),
  };
}
