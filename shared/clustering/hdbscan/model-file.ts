import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { z } from 'zod';
import { SegmentsError } from '../../errors.js';

export const format = 'stable-segments/hdbscan';
export const version = 1;

const count = z.int().nonnegative();

/** Arrays are base64 of little-endian numbers: 64-bit floats unless said otherwise. */
const bodySchema = z.strictObject({
  rows: z.int().positive(),
  columns: z.int().positive(),
  metric: z.enum(['euclidean', 'manhattan']),
  alpha: z.number().positive(),
  minSamples: count,
  minClusterSize: z.int().min(2),
  condensedClusters: z.int().positive(),
  clusters: count,
  relativeValidity: z.number(),
  points: z.string(),
  innerCoreDistances: z.string(),
  /** 32-bit integers, as are the other two of clusters, and the labels. */
  condensedParent: z.string(),
  condensedBirth: z.string(),
  condensedDeath: z.string(),
  condensedSize: z.string(),
  condensedStability: z.string(),
  pointCluster: z.string(),
  pointLambda: z.string(),
  labels: z.string(),
  clusterOf: z.string(),
  labelOf: z.string(),
  /** One number. */
  rootLambda: z.string(),
  probabilities: z.string(),
  persistence: z.string(),
  outlierScores: z.string(),
});

export type ModelBody = z.infer<typeof bodySchema>;

const fileSchema = z.strictObject({
  format: z.literal(format),
  version: z.literal(version),
  /** Of the body as compact JSON. */
  sha256: z.string(),
  body: bodySchema,
});

/** Gzipped JSON: the same model gives the same bytes. */
export function writeModelFile(body: ModelBody): Uint8Array {
  const file: z.infer<typeof fileSchema> = { format, version, sha256: digest(body), body };
  const bytes = gzipSync(JSON.stringify(file));
  // Byte 9 of a gzip header names the operating system; 255 is "unknown" (RFC 1952).
  bytes[9] = 255;
  return bytes;
}

/** The inverse of `writeModelFile`. @throws SegmentsError ArtifactCorrupt, ArtifactVersion. */
export function readModelFile(bytes: Uint8Array, where: string): ModelBody {
  const raw = parse(bytes, where);
  const found = (raw as { version?: unknown } | null)?.version;
  if (found !== version && Number.isInteger(found)) {
    throw new SegmentsError(
      'ArtifactVersion',
      `The HDBSCAN model has version ${String(found)}; this code reads ${version}`,
      { where, remedy: 'Use the version of this product that wrote it, or train again.' },
    );
  }
  const result = fileSchema.safeParse(raw);
  if (!result.success) {
    const issue = result.error.issues[0]!;
    throw corrupt(where, `${issue.path.map(String).join('.') || 'the file'}: ${issue.message}`);
  }
  const { sha256, body } = result.data;
  const actual = digest(body);
  if (actual !== sha256) {
    throw corrupt(where, `The body's SHA-256 is ${actual}; the file says ${sha256}`);
  }
  return body;
}

export function corrupt(where: string, message: string, cause?: unknown): SegmentsError {
  return new SegmentsError('ArtifactCorrupt', message, {
    where,
    remedy: 'Restore the file from the store, or run the month again.',
    cause,
  });
}

function parse(bytes: Uint8Array, where: string): unknown {
  try {
    return JSON.parse(gunzipSync(bytes).toString('utf8')) as unknown;
  } catch (cause) {
    throw corrupt(where, `${bytes.length} bytes are not gzipped JSON`, cause);
  }
}

function digest(body: ModelBody): string {
  return createHash('sha256').update(JSON.stringify(body)).digest('hex');
}
