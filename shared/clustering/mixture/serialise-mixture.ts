import { gunzipSync, gzipSync } from 'node:zlib';
import { z } from 'zod';
import { SegmentsError } from '../../errors.js';
import { type VolumeCurve, volumeCurveSchema } from '../mixture-space.js';
import { inverseCholesky } from './cholesky.js';
import { covarianceLength, type FittedMixture } from './mixture.js';

const format = 'stable-segments/mixture';
const version = 2;

const numbers = z.array(z.number());
const fileSchema = z.strictObject({
  format: z.literal(format),
  version: z.literal(version),
  covariance: z.enum(['full', 'diagonal']),
  components: z.int().positive(),
  /** What the columns are, in order; the scoring side checks them. */
  features: z.array(z.string()),
  weights: z.array(z.number().positive().max(1)),
  means: numbers,
  covariances: numbers,
  trainingRows: z.int().positive(),
  noiseQuantile: z.number().min(0).max(1),
  noiseLogDensity: z.number(),
  noiseBand: z.strictObject({ enter: z.number(), leave: z.number() }),
  logDensityPercentiles: numbers.length(101),
  /** What is taken off the features for their volume; absent where nothing is. */
  volumeCurve: volumeCurveSchema.optional(),
});

export interface MixtureFile {
  readonly mixture: FittedMixture;
  /** Names of the columns, in order. */
  readonly features: readonly string[];
  readonly volumeCurve: VolumeCurve | undefined;
}

/** Gzipped JSON: the same mixture gives the same bytes on every machine, and numbers survive to the last bit. */
export function serialiseMixture(
  mixture: FittedMixture,
  features: readonly string[],
  volumeCurve?: VolumeCurve,
): Buffer {
  const file: z.infer<typeof fileSchema> = {
    format,
    version,
    covariance: mixture.covariance,
    components: mixture.weights.length,
    features: [...features],
    weights: [...mixture.weights],
    means: [...mixture.means.data],
    covariances: [...mixture.covariances],
    trainingRows: mixture.trainingRows,
    noiseQuantile: mixture.noiseQuantile,
    noiseLogDensity: mixture.noiseLogDensity,
    noiseBand: mixture.noiseBand,
    logDensityPercentiles: [...mixture.logDensityPercentiles],
    ...(volumeCurve === undefined ? {} : { volumeCurve }),
  };
  const bytes = gzipSync(JSON.stringify(file), { level: 9 });
  // Byte 9 of a gzip header names the operating system; 255 is "unknown" (RFC 1952).
  bytes[9] = 255;
  return bytes;
}

function corrupt(where: string, message: string, cause?: unknown): SegmentsError {
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

/** The inverse of `serialiseMixture`. Errors: ArtifactCorrupt, ArtifactVersion. */
export function loadMixture(bytes: Uint8Array, where = 'mixture.json.gz'): MixtureFile {
  const raw = parse(bytes, where);
  const found = (raw as { version?: unknown } | null)?.version;
  if (found !== version && Number.isInteger(found)) {
    throw new SegmentsError(
      'ArtifactVersion',
      `The mixture has version ${String(found)}; this code reads ${version}`,
      {
        where,
        remedy: 'Use the version of this product that wrote it, or train again.',
      },
    );
  }
  const result = fileSchema.safeParse(raw);
  if (!result.success) {
    const issue = result.error.issues[0]!;
    throw corrupt(where, `${issue.path.map(String).join('.') || 'the file'}: ${issue.message}`);
  }
  const file = result.data;
  const [k, d] = [file.components, file.features.length];
  const size = covarianceLength(file.covariance, d);
  const counts = [file.weights.length, file.means.length, file.covariances.length];
  const expected = [k, k * d, k * size];
  if (d === 0 || counts.some((count, i) => count !== expected[i])) {
    throw corrupt(
      where,
      `weights, means and covariances hold ${counts.join(', ')} numbers; ${expected.join(', ')} expected`,
    );
  }
  const curve = file.volumeCurve;
  if (curve !== undefined && (curve.column >= d || curve.means.length !== curve.volumes.length * d)) {
    throw corrupt(where, `the volume curve does not fit ${d} features`);
  }
  const covariances = Float64Array.from(file.covariances);
  for (let c = 0; c < k; c++) {
    const block = covariances.subarray(c * size, (c + 1) * size);
    const sound =
      file.covariance === 'full' ? inverseCholesky(block, 0, d) !== undefined : block.every((v) => v > 0);
    if (!sound) throw corrupt(where, `The covariance of component ${c} is not positive definite`);
  }
  const { covariance, trainingRows, noiseQuantile, noiseLogDensity, noiseBand } = file;
  return {
    features: file.features,
    volumeCurve: curve,
    mixture: {
      covariance,
      weights: Float64Array.from(file.weights),
      means: { data: Float64Array.from(file.means), rows: k, columns: d },
      covariances,
      trainingRows,
      noiseQuantile,
      noiseLogDensity,
      noiseBand,
      logDensityPercentiles: Float64Array.from(file.logDensityPercentiles),
    },
  };
}
