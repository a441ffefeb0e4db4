import { z } from 'zod';
import { configSchema } from '../contracts/config.js';
import { referenceSchema } from '../contracts/reference.js';
import { runSummarySchema } from '../contracts/run-summary.js';
import { sourceSchema } from '../contracts/source.js';
import { structureTestSchema } from '../stability/structure-test.js';
import { validate } from '../contracts/validate.js';
import { SegmentsError } from '../errors.js';
import { type ArtifactStore } from './store.js';

export const manifestVersion = 1;

const timingSchema = z.strictObject({
  stage: z.string(),
  state: z.enum(['pending', 'running', 'done', 'failed', 'skipped']),
  startedAt: z.number().optional(),
  finishedAt: z.number().optional(),
  detail: z.string().optional(),
});

/**
 * `manifest.json`: written last, so that a folder without one is an unfinished run. Holds everything that proves and
 * repeats the run; of all artifacts only this one holds times and IDs.
 */
export const manifestSchema = z.strictObject({
  version: z.literal(manifestVersion),
  runId: z.string(),
  asOf: z.string(),
  source: sourceSchema,
  fingerprint: z.strictObject({
    kind: z.string(),
    sha256: z.string(),
    bytes: z.number(),
    rows: z.number(),
    version: z.string().optional(),
  }),
  ingest: z.strictObject({
    read: z.number(),
    used: z.number(),
    rejected: z.number(),
    rejectedByReason: z.record(z.string(), z.number()),
    duplicatesSummed: z.number(),
    afterAsOf: z.number(),
    firstMonth: z.string(),
    lastMonth: z.string(),
  }),
  /** What came out of a warehouse that computed the features itself (source.pushdown). */
  leftWarehouse: z.strictObject({ rows: z.number(), bytes: z.number(), rejectedKept: z.number() }).optional(),
  eligibility: z.strictObject({
    retailers: z.number(),
    eligible: z.number(),
    failed: z.record(z.string(), z.number()),
  }),
  features: z.strictObject({ missing: z.record(z.string(), z.number()), leftOut: z.array(z.string()) }),
  training: z.strictObject({
    backend: z.string(),
    epochs: z.number(),
    bestEpoch: z.number(),
    warm: z.boolean(),
    trainLoss: z.number(),
    validationLoss: z.number().nullable(),
  }),
  method: z.strictObject({ name: z.enum(['hdbscan', 'mixture']), reasons: z.array(z.string()) }),
  /** Whether there is anything to segment: density structure, a continuum, or nothing. */
  structureTest: structureTestSchema.optional(),
  seeds: z.strictObject({ run: z.number() }),
  config: configSchema,
  codeVersion: z.string(),
  /** The run compared with; null where there was none. */
  comparedWith: z.strictObject({ runId: z.string(), asOf: z.string() }).nullable(),
  summary: runSummarySchema,
  /** Every file of the run, by its name in the run's folder. */
  files: z.record(z.string(), referenceSchema),
  /** Workflow time, milliseconds since 1970. */
  timings: z.array(timingSchema),
});

export type Manifest = z.infer<typeof manifestSchema>;

/** Checks bytes that are said to be a manifest. @throws SegmentsError ArtifactVersion, ArtifactCorrupt */
export function parseManifest(bytes: Uint8Array, where: string): Manifest {
  let content: unknown;
  try {
    content = JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    throw new SegmentsError('ArtifactCorrupt', `${where} is not JSON: ${(error as Error).message}`, {
      where,
      remedy: 'Run that month again: a manifest is not repaired.',
    });
  }
  const { version } = (content ?? {}) as { version?: unknown };
  if (version !== manifestVersion) {
    throw new SegmentsError(
      'ArtifactVersion',
      `${where}: found version ${JSON.stringify(version)}; expected ${manifestVersion}`,
      { where, remedy: 'Read it with the version of this product that wrote it, or run that month again.' },
    );
  }
  return validate(manifestSchema, content, {
    code: 'ArtifactCorrupt',
    where,
    remedy: 'Run that month again: a manifest is not repaired.',
  });
}

/** The manifest of a finished run. @throws SegmentsError RunNotFound where there is none. */
export async function readManifest(store: ArtifactStore, runId: string): Promise<Manifest> {
  const key = `runs/${runId}/manifest.json`;
  const found = /^[\w-]+$/.test(runId) ? await store.read(key) : undefined;
  if (found === undefined) {
    throw new SegmentsError('RunNotFound', `found no ${key} in ${store.uri}; expected a finished run`, {
      where: `${store.uri}/${key}`,
      remedy: 'segments runs list shows the runs of a store; an unfinished run has no manifest.',
    });
  }
  return parseManifest(found.bytes, `${store.uri}/${key}`);
}
