import { z } from 'zod';
import { validate } from '../contracts/validate.js';
import { SegmentsError } from '../errors.js';
import { type OptimiserState } from './adam.js';
import { type EpochLoss } from './loss-csv.js';

/** All that training needs to go on after an epoch as if nothing had happened. */
export interface TrainingCheckpoint {
  /** Proves that data, config, seed and starting weights are the ones that the checkpoint comes from. */
  readonly fingerprint: string;
  readonly state: OptimiserState;
  /** The best weights so far, and the epoch that they come from. */
  readonly best: { readonly epoch: number; readonly parameters: Float64Array };
  /** One for each epoch done. */
  readonly losses: readonly EpochLoss[];
}

const version = 1;
/** Parameters, two moments and the best parameters. */
const arrays = 4;

const headerSchema = z.strictObject({
  version: z.literal(version),
  fingerprint: z.string(),
  parameters: z.int().positive(),
  step: z.int().nonnegative(),
  bestEpoch: z.int().positive(),
  losses: z
    .array(
      z.strictObject({ epoch: z.int().positive(), train: z.number(), validation: z.number().nullable() }),
    )
    .nonempty(),
});

const what = 'training checkpoint';
const remedy = 'Train from the beginning: leave the checkpoint out.';

/** Header length (uint32), header (JSON), then the numbers as float64; all little-endian. About 40 KB as configured. */
export function encodeCheckpoint({ fingerprint, state, best, losses }: TrainingCheckpoint): Uint8Array {
  const parameters = state.parameters.length;
  const header = { version, fingerprint, parameters, step: state.step, bestEpoch: best.epoch, losses };
  const json = new TextEncoder().encode(JSON.stringify(header));
  const bytes = new Uint8Array(4 + json.length + 8 * arrays * parameters);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, json.length, true);
  bytes.set(json, 4);
  let at = 4 + json.length;
  for (const values of [state.parameters, state.firstMoment, state.secondMoment, best.parameters]) {
    for (const value of values) {
      view.setFloat64(at, value, true);
      at += 8;
    }
  }
  return bytes;
}

/** Throws ArtifactCorrupt where the bytes are not those of a checkpoint of this version, whole. */
export function decodeCheckpoint(bytes: Uint8Array): TrainingCheckpoint {
  const corrupt = (message: string, cause?: unknown): SegmentsError =>
    new SegmentsError('ArtifactCorrupt', message, { where: what, remedy, cause });
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerBytes = bytes.length >= 4 ? view.getUint32(0, true) : 0;
  if (bytes.length < 4 + headerBytes || headerBytes === 0) {
    throw corrupt(`${what}: ${bytes.length} bytes cannot hold a header of ${headerBytes}`);
  }
  let raw: unknown;
  try {
    raw = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + headerBytes)));
  } catch (cause) {
    throw corrupt(`${what}: its header of ${headerBytes} bytes is not JSON`, cause);
  }
  const header = validate(headerSchema, raw, { code: 'ArtifactCorrupt', where: what, remedy });
  const start = 4 + headerBytes;
  const expected = start + 8 * arrays * header.parameters;
  if (bytes.length !== expected) {
    throw corrupt(`${what}: ${header.parameters} parameters need ${expected} bytes, found ${bytes.length}`);
  }
  const [parameters, firstMoment, secondMoment, bestParameters] = [0, 1, 2, 3].map((k) =>
    Float64Array.from({ length: header.parameters }, (_, i) =>
      view.getFloat64(start + 8 * (k * header.parameters + i), true),
    ),
  ) as [Float64Array, Float64Array, Float64Array, Float64Array];
  return {
    fingerprint: header.fingerprint,
    state: { parameters, firstMoment, secondMoment, step: header.step },
    best: { epoch: header.bestEpoch, parameters: bestParameters },
    losses: header.losses,
  };
}
