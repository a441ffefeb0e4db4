import { z } from 'zod';
import { asOfMonthSchema, monthIndex } from './as-of-month.js';
import { configSchema } from './config.js';
import { sinksSchema, trackingSchema } from './sink.js';
import { durationSchema } from './duration.js';
import { sourceSchema } from './source.js';

const artifacts = z
  .string()
  .regex(/^(file:\/\/\/|s3:\/\/[^/]+)/, { error: 'expected file:///folder or s3://bucket/prefix' })
  .optional();

/** What a run does where the sales of its as-of month are missing, or markedly fewer than usual. */
const lateSales = z
  .strictObject({
    /** Looks again after this time. */
    retryEvery: durationSchema,
    /** Fails after this time, counted from the scheduled time (without a Schedule: from the start). */
    giveUpAfter: durationSchema,
    /** Rows of the month, as a share of what is usual, below which it is taken for incomplete. */
    minShareOfUsual: z.number().min(0).max(1).default(0.6),
  })
  .optional();

/** How long a held run waits for the updates `approve` and `reject`. */
const decision = z
  .strictObject({
    /** Counted from the scheduled time (without a Schedule: from when it was held), so that a backfilled run does not wait. */
    waitFor: durationSchema,
  })
  .optional();

const runId = z.uuid({ error: 'expected a run ID, which is a UUID' });

export const retrainInputSchema = z.strictObject({
  /** Without it: the month before the Schedule's scheduled start time, never the clock. */
  asOf: asOfMonthSchema.optional(),
  source: sourceSchema,
  /** The store; without it, the worker's own default. */
  artifacts,
  config: configSchema.prefault({}),
  /** Run to compare with; `previous` is the latest published run of an earlier month. */
  compareTo: z.union([z.literal('previous'), z.literal('none'), runId]).default('previous'),
  /** False: everything is computed and kept, the index and the champion stay as they are. */
  publish: z.boolean().default(true),
  /** Systems that receive the segments once the run is published. */
  sinks: sinksSchema,
  tracking: trackingSchema.optional(),
  /** Without it: late sales are not waited for, and the gate holds the run. */
  lateSales,
  /** Without it: a held run ends at once, and `segments runs approve` decides on it afterwards. */
  decision,
});

export const backfillInputSchema = z
  .strictObject({
    from: asOfMonthSchema,
    to: asOfMonthSchema,
    source: sourceSchema,
    artifacts,
    config: configSchema.prefault({}),
    /** What a month that fails does to the months after it. */
    onFailure: z.enum(['stop', 'skip']).default('stop'),
    sinks: sinksSchema,
    tracking: trackingSchema.optional(),
    /** Months in one execution before continue-as-new; without it, as temporal.config.ts says. */
    monthsPerExecution: z.int().min(1).max(120).optional(),
    /** True: starts paused, and waits for the signal `resume`. Carried over by continue-as-new. */
    paused: z.boolean().default(false),
    /** True: a month that has a finished run of the same source and config is taken as done. */
    resume: z.boolean().default(false),
    /** Rows of the months already done: set by continue-as-new, not by people. */
    done: z.array(z.lazy(() => backfillRowSchema)).default([]),
  })
  .refine(({ from, to }) => monthIndex(from) <= monthIndex(to), {
    path: ['to'],
    error: 'expected a month not before `from`',
  });

/** Sales handed over in the input itself: only for a handful of retailers, since Temporal's payloads hold 2 MB. */
export const salesRowSchema = z.strictObject({
  shop_id: z.string().min(1).max(200),
  product_id: z.string().min(1).max(200),
  year: z.int().min(1900).max(2200),
  month: z.int().min(1).max(12),
  sales_qty: z.number(),
  sales_value: z.number().optional(),
});

/** Most retailers that an answer lists by themselves; beyond it, the assignments are a file in the store. */
export const mostRetailersAnswered = 1000;

const rows = z
  .array(salesRowSchema)
  .min(1)
  .max(10_000)
  .refine((all) => new Set(all.map(({ shop_id }) => shop_id)).size <= mostRetailersAnswered, {
    error: `expected rows of at most ${mostRetailersAnswered} retailers`,
  });

export const rescoreFieldsSchema = z.strictObject({
  source: sourceSchema.optional(),
  /** Instead of `source`: the sales themselves. Nothing is written to the store, and the answer holds the segments. */
  rows: rows.optional(),
  artifacts,
  /** The run whose model and segments are used; without it, the champion. */
  runId: runId.optional(),
  /** Without it: the last month that the source holds. */
  asOf: asOfMonthSchema.optional(),
  /** Only these retailers; without it, everyone in the source. */
  retailers: z.array(z.string().min(1)).min(1).max(10_000).optional(),
  ingest: configSchema.shape.ingest,
  /** Systems that receive the scored retailers; what is current there stays the champion's. */
  sinks: sinksSchema,
  /** Retailers that are not eligible, but have so many active months, get a provisional segment; false: nobody does. */
  provisional: z
    .union([z.literal(false), z.strictObject({ minActiveMonths: z.int().min(1).max(120) })])
    .default({
      minActiveMonths: 3,
    }),
  /** Retailers in one shard: what one activity holds in memory. */
  shardSize: z.int().min(100).max(1_000_000).default(50_000),
});

export const rescoreInputSchema = rescoreFieldsSchema.refine(
  ({ source, rows: given }) => (source === undefined) !== (given === undefined),
  { path: ['source'], error: 'expected either source or rows' },
);

/** One month of a backfill. */
export const backfillRowSchema = z.strictObject({
  asOf: asOfMonthSchema,
  workflowId: z.string(),
  runId: z.string().optional(),
  verdict: z.enum(['published', 'held', 'first', 'failed']),
  /** Why a month failed. */
  problem: z.string().optional(),
  /** Sinks and tracking that failed after their retries; the month itself is what `verdict` says. */
  undelivered: z.array(z.string()).optional(),
});

export type RetrainInput = z.infer<typeof retrainInputSchema>;
export type BackfillInput = z.infer<typeof backfillInputSchema>;
export type RescoreInput = z.infer<typeof rescoreInputSchema>;
export type SalesRow = z.infer<typeof salesRowSchema>;
export type BackfillRow = z.infer<typeof backfillRowSchema>;

/** What people write: every field that has a default may be left out. */
export type RetrainRequest = z.input<typeof retrainInputSchema>;
export type BackfillRequest = z.input<typeof backfillInputSchema>;
export type RescoreRequest = z.input<typeof rescoreInputSchema>;
