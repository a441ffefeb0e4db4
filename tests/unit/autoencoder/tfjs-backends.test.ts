import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { selectBackend } from '../../../shared/autoencoder/backends/select-backend.js';
import { type TrainingCheckpoint } from '../../../shared/autoencoder/checkpoint.js';
import { trainAutoencoder } from '../../../shared/autoencoder/train.js';
import { type Trainer } from '../../../shared/autoencoder/trainer-backend.js';
import { trainingRequest, weightBytes } from './planted-features.js';

const config = { coldEpochs: 6, learningRate: 0.01, batchSize: 64 } as const;

/** Tensors alive once the backend is loaded, so that what a training leaves behind can be counted. */
async function tensorsWith(backend: 'tfjs-cpu' | 'tfjs-wasm'): Promise<number> {
  await trainAutoencoder(trainingRequest(10, 3, { backend, coldEpochs: 1 }));
  return tf.memory().numTensors;
}

describe.each(['tfjs-cpu', 'tfjs-wasm'] as const)('the backend %s', (backend) => {
  it('trains to the losses of typed-array within 1%, epoch by epoch', async () => {
    const own = await trainAutoencoder(trainingRequest(700, 9, config));
    const other = await trainAutoencoder(trainingRequest(700, 9, { ...config, backend }));
    expect(other.losses).toHaveLength(own.losses.length);
    own.losses.forEach((loss, k) => {
      expect(Math.abs(other.losses[k]!.train / loss.train - 1)).toBeLessThan(0.01);
      expect(Math.abs(other.losses[k]!.validation! / loss.validation! - 1)).toBeLessThan(0.01);
    });
    expect(other.bestEpoch).toBe(own.bestEpoch);
    expect(weightBytes(other.model)).not.toBe(weightBytes(own.model));
  });

  it('gives the same bytes on two runs, and when resumed from any epoch', async () => {
    const request = trainingRequest(150, 5, { ...config, backend, coldEpochs: 3 });
    const checkpoints: TrainingCheckpoint[] = [];
    const first = await trainAutoencoder({ ...request, onEpoch: (_, take) => checkpoints.push(take()) });
    const second = await trainAutoencoder(request);
    expect(weightBytes(second.model)).toBe(weightBytes(first.model));
    for (const resume of checkpoints) {
      const resumed = await trainAutoencoder({ ...request, resume });
      expect(weightBytes(resumed.model)).toBe(weightBytes(first.model));
      expect(resumed.losses).toEqual(first.losses);
    }
  });

  it('leaves no tensor behind, neither after training nor when stopped in the middle', async () => {
    const before = await tensorsWith(backend);
    const request = trainingRequest(100, 5, { ...config, backend });
    await trainAutoencoder(request);
    expect(tf.memory().numTensors).toBe(before);
    const stop = new AbortController();
    const stopped = trainAutoencoder({ ...request, signal: stop.signal, onEpoch: () => stop.abort() });
    await expect(stopped).rejects.toThrow();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('says so when training diverges', async () => {
    const request = trainingRequest(50, 4, { ...config, backend });
    request.input.data.forEach((value, k) => (request.input.data[k] = value * 1e30));
    await expect(trainAutoencoder(request)).rejects.toMatchObject({ code: 'TrainingDiverged' });
  });
});

describe('the backend tfjs-node', () => {
  it('trains, or says which script builds it where it is not built', async () => {
    const options = {
      shape: { inputWidth: 3, hiddenWidth: 2, latentWidth: 1 },
      learningRate: 0.01,
      batchSize: 8,
    };
    const trainer = await selectBackend('tfjs-node')
      .createTrainer(options)
      .catch((error: unknown) => error);
    if (trainer instanceof Error) {
      expect(trainer).toMatchObject({
        code: 'BackendUnavailable',
        where: 'autoencoder.backend',
        remedy: expect.stringContaining('infra/tfjs-node/build.sh'),
      });
    } else {
      (trainer as Trainer).dispose();
      const own = await trainAutoencoder(trainingRequest(300, 9, config));
      const native = await trainAutoencoder(trainingRequest(300, 9, { ...config, backend: 'tfjs-node' }));
      expect(Math.abs(native.losses.at(-1)!.train / own.losses.at(-1)!.train - 1)).toBeLessThan(0.01);
    }
  });
});
