import { z } from 'zod';

/** Names that need no quoting in any of the warehouses, so that they read the same in all of them. */
const identifier = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]{0,62}$/, { error: 'expected a name of letters, digits and underscores' });

/** Tables are called `<prefix>_history`, `<prefix>_champion`, and the view `<prefix>_current`. */
const prefix = identifier.max(48).default('segments');

/** An address of HTTP without user or password: an input is no place for secrets. */
export const httpAddressSchema = z.string().regex(/^https?:\/\/[^\s/?#@]+(?:[/?][^\s#]*)?$/, {
  error:
    'expected an http or https address without user, password and fragment: secrets come from the environment',
});

/** Where segments go once a run is published. Secrets are never part of it: they come from the worker's environment. */
export const sinkSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('file'),
    /** Folder or bucket: `file:///dir` or `s3://bucket/prefix`. */
    folder: z.string().regex(/^(file:\/\/\/|s3:\/\/[^/]+)/, {
      error: 'expected file:///folder or s3://bucket/prefix',
    }),
    format: z.enum(['parquet', 'csv']).default('parquet'),
    prefix,
  }),
  z.strictObject({ kind: z.literal('postgres'), schema: identifier.default('public'), prefix }),
  z.strictObject({ kind: z.literal('webhook'), url: httpAddressSchema }),
  z.strictObject({
    kind: z.literal('bigquery'),
    /** Without it: the project of the credentials. */
    project: z
      .string()
      .regex(/^[a-z][a-z0-9.:-]{4,61}[a-z0-9]$/, { error: 'expected a project ID' })
      .optional(),
    dataset: z.string().regex(/^\w{1,1024}$/, { error: 'expected a dataset ID' }),
    location: z
      .string()
      .regex(/^[A-Za-z0-9-]{2,40}$/)
      .optional(),
    prefix,
  }),
  z.strictObject({
    kind: z.literal('snowflake'),
    /** Without it: SNOWFLAKE_DATABASE of the worker's environment. */
    database: identifier.optional(),
    /** Without it: SNOWFLAKE_SCHEMA. */
    schema: identifier.optional(),
    /** A role that may write; without it SNOWFLAKE_ROLE, which may be one that only reads. */
    role: identifier.optional(),
    prefix,
  }),
  z.strictObject({
    kind: z.literal('feast'),
    /** Base address of a Feast feature server. */
    url: httpAddressSchema,
    pushSource: z.string().min(1).default('segments_push'),
    to: z.enum(['online', 'offline', 'online_and_offline']).default('online_and_offline'),
  }),
]);

/** Where runs are written down for people to compare: an MLflow tracking server. */
export const trackingSchema = z.strictObject({
  kind: z.literal('mlflow'),
  /** Address of the server; without it MLFLOW_TRACKING_URI of the worker's environment. */
  url: httpAddressSchema.optional(),
  experiment: z.string().min(1).max(250).default('stable-segments'),
  /** Registered model: a version per published run, the alias `champion` on the champion's. */
  model: z
    .string()
    .regex(/^[^/:]{1,250}$/, { error: 'expected a name without / and :' })
    .default('stable-segments'),
});

export const sinksSchema = z.array(sinkSchema).max(20).default([]);

export type Sink = z.infer<typeof sinkSchema>;
export type SinkKind = Sink['kind'];
export type SinkOf<K extends SinkKind> = Extract<Sink, { kind: K }>;
export type Tracking = z.infer<typeof trackingSchema>;
