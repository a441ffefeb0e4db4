import { type z } from 'zod';
import { validate } from '../contracts/validate.js';
import { SegmentsError } from '../errors.js';
import { type AutoencoderShape, layersOf, parameterCount } from './architecture.js';
import { type Autoencoder } from './autoencoder.js';
import { formatVersion, layersModelSchema, weightSpecs } from './layers-model-json.js';
import { sha256 } from './save-autoencoder.js';

const remedy = 'Restore the file from a backup, or train again: the run that wrote it is no longer usable.';

function corrupt(where: string, message: string, cause?: unknown): SegmentsError {
  return new SegmentsError('ArtifactCorrupt', `${where}: ${message}`, { where, remedy, cause });
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw corrupt('model.json', `its ${bytes.length} bytes are not JSON`, cause);
  }
}

function checkVersion(json: unknown): void {
  const metadata = (json as { userDefinedMetadata?: { formatVersion?: unknown } } | null)
    ?.userDefinedMetadata;
  const found = metadata?.formatVersion;
  if (typeof found !== 'number' || found === formatVersion) return;
  throw new SegmentsError(
    'ArtifactVersion',
    `model.json is of format version ${found}, this reads ${formatVersion}`,
    {
      where: 'model.json',
      remedy: 'Use the version of this product that wrote it, or train again.',
    },
  );
}

/** Layers and weights must be the ones that the metadata's shape asks for, neither more nor fewer. */
function checkTopology(model: z.infer<typeof layersModelSchema>, shape: AutoencoderShape): void {
  const foundLayers = model.modelTopology.config.layers.map(
    ({ config: { name, units, activation } }) => `${name}:${units}:${activation}`,
  );
  const wantedLayers = layersOf(shape).map(
    ({ name, outputWidth, activation }) => `${name}:${outputWidth}:${activation}`,
  );
  const foundWeights = model.weightsManifest[0]!.weights.map(
    (w) => `${w.name}:${w.shape.join('×')}:${w.dtype}`,
  );
  const wantedWeights = weightSpecs(shape).map((w) => `${w.name}:${w.shape.join('×')}:${w.dtype}`);
  for (const [what, found, wanted] of [
    ['layers', foundLayers, wantedLayers],
    ['weights', foundWeights, wantedWeights],
  ] as const) {
    if (found.join() === wanted.join()) continue;
    throw corrupt(
      'model.json',
      `has the ${what} ${found.join(', ')}; its metadata asks for ${wanted.join(', ')}`,
    );
  }
}

/**
 * Reads what `saveAutoencoder` wrote. Throws ArtifactCorrupt where the files are cut, altered or do not
 * belong together, ArtifactVersion where they are of another version.
 */
export function loadAutoencoder(modelJson: Uint8Array, weightsBin: Uint8Array): Autoencoder {
  const json = parseJson(modelJson);
  checkVersion(json);
  const model = validate(layersModelSchema, json, { code: 'ArtifactCorrupt', where: 'model.json', remedy });
  const { inputWidth, hiddenWidth, latentWidth, featureNames, weightsSha256 } = model.userDefinedMetadata;
  const shape = { inputWidth, hiddenWidth, latentWidth };
  checkTopology(model, shape);
  if (featureNames.length !== inputWidth) {
    throw corrupt('model.json', `names ${featureNames.length} features for ${inputWidth} inputs`);
  }
  const count = parameterCount(shape);
  if (weightsBin.length !== 4 * count) {
    throw corrupt('weights.bin', `${count} weights need ${4 * count} bytes, found ${weightsBin.length}`);
  }
  const found = sha256(weightsBin);
  if (found !== weightsSha256) {
    throw corrupt('weights.bin', `has sha256 ${found}, model.json says ${weightsSha256}`);
  }
  const view = new DataView(weightsBin.buffer, weightsBin.byteOffset, weightsBin.byteLength);
  const parameters = Float64Array.from({ length: count }, (_, k) => view.getFloat32(4 * k, true));
  return { shape, parameters, featureNames };
}
