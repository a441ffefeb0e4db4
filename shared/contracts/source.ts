import { z } from 'zod';

const salesColumn = z.string().min(1);

/**
 * Names of the columns in the source, where they are not (whatever their case) `shop_id`, `product_id`,
 * `year`, `month`, `sales_qty` and, optionally, `sales_value`.
 */
export const columnMappingSchema = z.strictObject({
  shop_id: salesColumn.optional(),
  product_id: salesColumn.optional(),
  year: salesColumn.optional(),
  month: salesColumn.optional(),
  sales_qty: salesColumn.optional(),
  sales_value: salesColumn.optional(),
});

const columns = columnMappingSchema.optional();

const tableOrQuery = {
  table: z.string().min(1).max(1000).optional(),
  /** One SELECT, which is read through a subquery. */
  query: z.string().min(1).max(100_000).optional(),
};
const exactlyOne = [
  (source: { table?: string | undefined; query?: string | undefined }): boolean =>
    (source.table === undefined) !== (source.query === undefined),
  { error: 'expected either table or query' },
] as const;

/** Where the monthly sales come from. Secrets are never part of it: they come from the worker's environment. */
export const sourceSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('csv'), path: z.string().min(1), columns }),
  z.strictObject({ kind: z.literal('parquet'), path: z.string().min(1), columns }),
  z.strictObject({
    kind: z.literal('kaggle'),
    dataset: z.string().regex(/^[\w-]+\/[\w-]+$/, { error: 'expected owner/slug' }),
    file: z.string().min(1).optional(),
    version: z.int().positive().optional(),
    columns,
  }),
  z.strictObject({
    kind: z.literal('bigquery'),
    table: z.string().min(1).optional(),
    query: z.string().min(1).optional(),
    columns,
  }),
  z
    .strictObject({
      kind: z.literal('postgres'),
      ...tableOrQuery,
      /** The server gives up on a statement after so long; an hour unless given. */
      statementTimeoutSeconds: z.int().positive().max(86_400).optional(),
      columns,
    })
    .refine(...exactlyOne),
  z.strictObject({
    kind: z.literal('snowflake'),
    table: z.string().min(1).optional(),
    query: z.string().min(1).optional(),
    columns,
  }),
  z.strictObject({ kind: z.literal('feast'), featureService: z.string().min(1), columns }),
]);

export type Source = z.infer<typeof sourceSchema>;
export type SourceKind = Source['kind'];
export type ColumnMapping = z.infer<typeof columnMappingSchema>;
