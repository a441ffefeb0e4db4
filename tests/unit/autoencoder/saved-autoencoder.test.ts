import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encode } from '../../../shared/autoencoder/encode.js';
import { loadAutoencoder } from '../../../shared/autoencoder/load-autoencoder.js';
import { saveAutoencoder } from '../../../shared/autoencoder/save-autoencoder.js';
import { trainAutoencoder } from '../../../shared/autoencoder/train.js';
import { untrainedAutoencoder } from '../../../shared/controls/untrained-autoencoder.js';
import { featureNamesOf, plantedFeatures, trainingRequest } from './planted-features.js';

const model = untrainedAutoencoder(featureNamesOf(5), { hiddenWidth: 4, latentWidth: 2 }, 42);
const saved = saveAutoencoder(model);

/** What the tests below put wrong values into. */
interface WrittenModel {
  modelTopology: { config: { layers: { config: Record<string, unknown> }[] } };
  userDefinedMetadata: Record<string, unknown>;
}

function altered(change: (json: WrittenModel) => void): Uint8Array {
  const json = JSON.parse(new TextDecoder().decode(saved.modelJson)) as WrittenModel;
  change(json);
  return new TextEncoder().encode(JSON.stringify(json));
}

describe('a saved autoencoder', () => {
  it('encodes after loading exactly as the trained one did', async () => {
    const request = trainingRequest(300, 6);
    const trained = (await trainAutoencoder(request)).model;
    const { modelJson, weightsBin } = saveAutoencoder(trained);
    const loaded = loadAutoencoder(modelJson, weightsBin);
    expect(loaded).toEqual(trained);
    expect(encode(loaded, request.input)).toEqual(encode(trained, request.input));
    const untrained = untrainedAutoencoder(request.featureNames, request.config, request.seed);
    expect(encode(loaded, request.input)).not.toEqual(encode(untrained, request.input));
  });

  it('comes back the same for any shape, and saves to the same bytes again', () => {
    const width = fc.integer({ min: 1, max: 12 });
    fc.assert(
      fc.property(width, width, width, fc.nat(), (inputWidth, hiddenWidth, latentWidth, seed) => {
        const any = untrainedAutoencoder(featureNamesOf(inputWidth), { hiddenWidth, latentWidth }, seed);
        const files = saveAutoencoder(any);
        const loaded = loadAutoencoder(files.modelJson, files.weightsBin);
        expect(loaded).toEqual(any);
        expect(saveAutoencoder(loaded)).toEqual(files);
      }),
      { numRuns: 30 },
    );
  });

  it('loads from bytes that lie anywhere in a larger buffer', () => {
    const larger = new Uint8Array(saved.weightsBin.length + 3);
    larger.set(saved.weightsBin, 3);
    const input = plantedFeatures(3, 5);
    expect(encode(loadAutoencoder(saved.modelJson, larger.subarray(3)), input)).toEqual(encode(model, input));
  });
});

describe('loading', () => {
  const load = (modelJson: Uint8Array, weightsBin: Uint8Array) => () =>
    loadAutoencoder(modelJson, weightsBin);
  const corrupt = (message: string) =>
    expect.objectContaining({ code: 'ArtifactCorrupt', message: expect.stringContaining(message) });

  it('refuses weights that are cut or lengthened, with both lengths', () => {
    const expected = 4 * model.parameters.length;
    expect(load(saved.modelJson, saved.weightsBin.slice(0, -4))).toThrowError(
      corrupt(`need ${expected} bytes, found ${expected - 4}`),
    );
    expect(load(saved.modelJson, Uint8Array.of(...saved.weightsBin, 0))).toThrowError(
      corrupt(`found ${expected + 1}`),
    );
  });

  it('refuses weights with any bit turned', () => {
    fc.assert(
      fc.property(fc.nat({ max: saved.weightsBin.length * 8 - 1 }), (bit) => {
        const turned = saved.weightsBin.slice();
        turned[bit >> 3]! ^= 1 << (bit & 7);
        expect(load(saved.modelJson, turned)).toThrowError(corrupt('sha256'));
      }),
      { numRuns: 30 },
    );
  });

  it('refuses a model.json cut anywhere', () => {
    fc.assert(
      fc.property(fc.nat({ max: saved.modelJson.length - 3 }), (length) => {
        expect(load(saved.modelJson.slice(0, length), saved.weightsBin)).toThrowError(
          corrupt('are not JSON'),
        );
      }),
      { numRuns: 30 },
    );
  });

  it('refuses a model.json and weights of two different models', () => {
    const other = saveAutoencoder(
      untrainedAutoencoder(featureNamesOf(5), { hiddenWidth: 4, latentWidth: 2 }, 43),
    );
    expect(load(saved.modelJson, other.weightsBin)).toThrowError(corrupt('sha256'));
  });

  it('refuses another activation, or widths that do not fit, or a missing feature name', () => {
    const withLayer = (change: object) =>
      altered((json) => Object.assign(json.modelTopology.config.layers[0]!.config, change));
    const withMetadata = (change: object) =>
      altered((json) => Object.assign(json.userDefinedMetadata, change));
    expect(load(withLayer({ activation: 'relu' }), saved.weightsBin)).toThrowError(
      corrupt('encoder_hidden:4:relu'),
    );
    expect(load(withLayer({ units: 3 }), saved.weightsBin)).toThrowError(corrupt('encoder_hidden:3'));
    expect(load(withMetadata({ latentWidth: 3 }), saved.weightsBin)).toThrowError(corrupt('latent:2:linear'));
    expect(load(withMetadata({ featureNames: ['a'] }), saved.weightsBin)).toThrowError(
      corrupt('1 features for 5 inputs'),
    );
    expect(load(withMetadata({ featureNames: undefined }), saved.weightsBin)).toThrowError(
      corrupt('featureNames'),
    );
  });

  it('says of another format version that it is another version', () => {
    const later = altered((json) => (json.userDefinedMetadata['formatVersion'] = 2));
    expect(load(later, saved.weightsBin)).toThrowError(
      expect.objectContaining({ code: 'ArtifactVersion', message: expect.stringContaining('version 2') }),
    );
  });

  it('refuses JSON that is no model', () => {
    for (const text of ['null', '[]', '{}', '"model"', '3']) {
      expect(load(new TextEncoder().encode(text), saved.weightsBin)).toThrowError(corrupt('model.json'));
    }
  });
});
