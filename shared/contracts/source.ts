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

/** A file, a folder or a shell pattern, here or at `s3://bucket/…`; or a file at an https address. */
const path = z.string().min(1);

const tableOrQuery = {
  table: z.string().min(1).max(1000).optional(),
  /** One SELECT, which is read through a subquery. */
  query: z.string().min(1).max(100_000).optional(),
};
/** The table as it was then, as far back as the system keeps it. */
const snapshot = z.iso.datetime({ offset: true }).optional();
/** A date or time column of the month: rows after the as-of month are left out by the system itself. */
const monthColumn = z.string().min(1).max(300).optional();
/**
 * True: eligibility and features are computed by the warehouse itself, and one row a retailer leaves it. The run has a
 * `retailers.parquet` in place of `sales.parquet`.
 */
const pushdown = z.boolean().optional();
const snapshotOfTable = [
  (source: { query?: string | undefined; snapshot?: string | undefined }): boolean =>
    source.query === undefined || source.snapshot === undefined,
  {
    path: ['snapshot'] as string[],
    error: 'expected with table only; a query says itself as of when it reads',
  },
] as const;
const exactlyOne = [
  (source: { table?: string | undefined; query?: string | undefined }): boolean =>
    (source.table === undefined) !== (source.query === undefined),
  { error: 'expected either table or query' },
] as const;

/** Where the monthly sales come from. Secrets are never part of it: they come from the worker's environment. */
export const sourceSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('csv'), path, columns }),
  z.strictObject({ kind: z.literal('parquet'), path, columns }),
  z.strictObject({
    kind: z.literal('kaggle'),
    dataset: z
      .string()
      .regex(/^[\w-]+\/[\w-]+$/, { error: 'expected owner/slug' })
      .default('tanulkumarsrivastava/sales-dataset'),
    /** Without it, the dataset must hold exactly one file that sales can be in. */
    file: z.string().min(1).max(200).optional(),
    /** Without it, the newest one; the manifest says which that was. */
    version: z.int().positive().optional(),
    columns,
  }),
  z
    .strictObject({
      kind: z.literal('bigquery'),
      /** Project that pays; without it, that of the environment or of the credentials. */
      project: z.string().min(1).optional(),
      ...tableOrQuery,
      /** Values of the query's `@name` parameters. */
      parameters: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
      /** Where the dataset is, if not in the default location. */
      location: z.string().min(1).optional(),
      snapshot,
      monthColumn,
      pushdown,
      /** The query is not run where it would read more; 2⁴⁰ bytes unless given. */
      maximumBytesBilled: z.int().positive().optional(),
      /**
       * `gs://bucket/prefix`: rows go there as Parquet, and come from there, where the query reads `exportAboveBytes` or more. What is
       * written there is removed again.
       */
      exportTo: z
        .string()
        .regex(/^gs:\/\/[a-z0-9][a-z0-9._-]+\/[\w./=-]*$/, { error: 'expected gs://bucket/prefix' })
        .max(500)
        .optional(),
      /** 2³⁰ unless given. */
      exportAboveBytes: z.int().nonnegative().optional(),
      columns,
    })
    .refine(...exactlyOne)
    .refine(...snapshotOfTable)
    .refine(({ exportTo, pushdown: pushed }) => exportTo === undefined || pushed !== true, {
      path: ['exportTo'],
      error: 'expected without pushdown, whose answer is small',
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
  z
    .strictObject({
      kind: z.literal('snowflake'),
      ...tableOrQuery,
      /** Values of the query's `?` binds, in order. */
      binds: z.array(z.union([z.string(), z.number(), z.boolean()])).optional(),
      snapshot,
      monthColumn,
      pushdown,
      /** The server gives up on a statement after so long; an hour unless given. */
      statementTimeoutSeconds: z.int().positive().max(86_400).optional(),
      columns,
    })
    .refine(...exactlyOne)
    .refine(...snapshotOfTable),
  z.strictObject({
    kind: z.literal('feast'),
    /** The Parquet files of a feature view's offline store: a file, a folder or a shell pattern, here or at `s3://bucket/…`. */
    path,
    /** Column of the time from which a row's values hold. */
    timestampField: z.string().min(1).default('event_timestamp'),
    /** Column that tells the later of two rows of one time. */
    createdTimestampColumn: z.string().min(1).optional(),
    /** Rows that are older than so many days at the end of the as-of month are refused, as by a feature view's ttl. */
    ttlDays: z.number().positive().optional(),
    /** Names of columns in the source, where they are others than the features' own. */
    columns: z.record(z.string(), z.string().min(1)).optional(),
  }),
]);

export type Source = z.infer<typeof sourceSchema>;
export type SourceKind = Source['kind'];
export type ColumnMapping = z.infer<typeof columnMappingSchema>;
