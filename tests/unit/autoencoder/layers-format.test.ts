import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { loadLayersModel, model as layersModel, type SymbolicTensor } from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Autoencoder } from '../../../shared/autoencoder/autoencoder.js';
import { encode, reconstruct } from '../../../shared/autoencoder/encode.js';
import { saveAutoencoder } from '../../../shared/autoencoder/save-autoencoder.js';
import { loadAutoencoder } from '../../../shared/autoencoder/load-autoencoder.js';
import { trainAutoencoder } from '../../../shared/autoencoder/train.js';
import { trainingRequest } from './planted-features.js';

interface Metadata {
  latentLayer: string;
  featureNames: string[];
}

/** The two files as TensorFlow.js' own readers hand them on. */
function artifactsOf(model: Autoencoder): tf.io.ModelArtifacts {
  const { modelJson, weightsBin } = saveAutoencoder(model);
  const json = JSON.parse(new TextDecoder().decode(modelJson)) as tf.io.ModelJSON;
  return {
    modelTopology: json.modelTopology,
    format: json.format!,
    weightSpecs: json.weightsManifest.flatMap(({ weights }) => weights),
    weightData: weightsBin.slice().buffer,
    userDefinedMetadata: json.userDefinedMetadata!,
  };
}

describe('the files in any TensorFlow.js', () => {
  const request = trainingRequest(200, 6, { coldEpochs: 6, learningRate: 0.01 });
  let trained: Autoencoder;
  beforeAll(async () => {
    tf.enableProdMode();
    await tf.setBackend('cpu');
    trained = (await trainAutoencoder(request)).model;
  });

  it('load with loadLayersModel and predict what we predict, to float32 precision', async () => {
    const loaded = await loadLayersModel(tf.io.fromMemory(artifactsOf(trained)));
    const x = tf.tensor2d(Float32Array.from(request.input.data), [200, 6]);
    const ours = reconstruct(trained, request.input).data;
    const theirs = (loaded.predict(x) as tf.Tensor).dataSync();
    const worst = ours.reduce((most, value, k) => Math.max(most, Math.abs(value - theirs[k]!)), 0);
    expect(theirs).toHaveLength(ours.length);
    expect(worst).toBeLessThan(2e-6);
  });

  it('name the layer that is the embedding', async () => {
    const loaded = await loadLayersModel(tf.io.fromMemory(artifactsOf(trained)));
    const { latentLayer, featureNames } = loaded.getUserDefinedMetadata() as Metadata;
    expect(featureNames).toEqual(request.featureNames);
    const embedding = loaded.getLayer(latentLayer).output as SymbolicTensor;
    const encoder = layersModel({ inputs: loaded.inputs, outputs: embedding });
    const x = tf.tensor2d(Float32Array.from(request.input.data), [200, 6]);
    const theirs = (encoder.predict(x) as tf.Tensor).dataSync();
    const ours = encode(trained, request.input).data;
    expect(theirs).toHaveLength(ours.length);
    expect(ours.every((value, k) => Math.abs(value - theirs[k]!) < 2e-6)).toBe(true);
  });

  it('are read by us again after TensorFlow.js has loaded and saved them', async () => {
    const loaded = await loadLayersModel(tf.io.fromMemory(artifactsOf(trained)));
    let again: tf.io.ModelArtifacts | undefined;
    await loaded.save(
      tf.io.withSaveHandler((artifacts) => {
        again = artifacts;
        return Promise.resolve({ modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } });
      }),
    );
    const { modelTopology, format, userDefinedMetadata, weightSpecs } = again!;
    const weightsManifest = [{ paths: ['./weights.bin'], weights: weightSpecs }];
    const json = { modelTopology, format, userDefinedMetadata, weightsManifest };
    const reread = loadAutoencoder(
      new TextEncoder().encode(JSON.stringify(json)),
      new Uint8Array(again!.weightData as ArrayBuffer),
    );
    expect(reread).toEqual(trained);
  });
});
