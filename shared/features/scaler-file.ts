import { z } from 'zod';
import { validate } from '../contracts/validate.js';
import { SegmentsError } from '../errors.js';
import { featureNames } from './definitions.js';
import { featureSets } from './feature-definition.js';
import { type Scaler } from './scaler.js';

/** Changes with the meaning of the file: a reader refuses a version that it does not know. */
const version = 1;
const remedy =
  'Take scaler.json from the same run as the model, and a version of this product that wrote it.';

const scaleSchema = z.strictObject({
  name: z.string(),
  centre: z.number(),
  scale: z.number().positive(),
  spread: z.enum(['iqr', 'sd', 'constant']),
  missing: z.int().nonnegative(),
});

const scalerSchema = z.strictObject({
  version: z.literal(version),
  clip: z.number().positive(),
  retailers: z.int().nonnegative(),
  sets: z.strictObject({ classic: z.array(scaleSchema), shape: z.array(scaleSchema) }),
  leftOut: z.array(z.string()),
});

/** The text of `scaler.json`: equal scalers give equal text. */
export function serialiseScaler({ clip, retailers, sets, leftOut }: Scaler): string {
  return `${JSON.stringify({ version, clip, retailers, sets, leftOut }, undefined, 2)}\n`;
}

/**
 * Reads `scaler.json`. Throws ArtifactVersion for one of another version, or of other features than this version
 * computes, and ArtifactCorrupt for anything else that is not a scaler.
 */
export function parseScaler(text: string): Scaler {
  const input = parseJson(text);
  const found = (input as { version?: unknown } | null)?.version;
  if (found !== undefined && found !== version) {
    throw new SegmentsError(
      'ArtifactVersion',
      `found version ${JSON.stringify(found)}; expected ${version}`,
      {
        where: 'scaler.json',
        remedy,
      },
    );
  }
  const { clip, retailers, sets, leftOut } = validate(scalerSchema, input, {
    code: 'ArtifactCorrupt',
    where: 'scaler.json',
    remedy,
  });
  for (const set of featureSets) {
    const expected = featureNames(set).filter((name) => !leftOut.includes(name));
    const names = sets[set].map(({ name }) => name);
    if (names.join() !== expected.join()) {
      const message = `${set} features are ${names.join(', ')}; expected ${expected.join(', ')}`;
      throw new SegmentsError('ArtifactVersion', message, { where: 'scaler.json', remedy });
    }
  }
  return { clip, retailers, sets, leftOut };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const message = `it is not JSON: ${(error as Error).message}`;
    throw new SegmentsError('ArtifactCorrupt', message, { where: 'scaler.json', remedy, cause: error });
  }
}
