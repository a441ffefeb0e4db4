import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeCheckpoint,
  encodeCheckpoint,
  type TrainingCheckpoint,
} from '../../../shared/autoencoder/checkpoint.js';
import { trainAutoencoder, type TrainingRequest } from '../../../shared/autoencoder/train.js';
import { untrainedAutoencoder } from '../../../shared/controls/untrained-autoencoder.js';
import { trainingRequest, weightBytes } from './planted-features.js';

async function checkpointsOf(request: TrainingRequest) {
  const checkpoints: TrainingCheckpoint[] = [];
  const result = await trainAutoencoder({ ...request, onEpoch: (_, take) => checkpoints.push(take()) });
  return { result, checkpoints };
}

describe('a training resumed from a checkpoint', () => {
  it.each([
    ['that runs to its last epoch', { coldEpochs: 5 }],
    ['that stops early', { coldEpochs: 200, patience: 2, learningRate: 0.05, noiseSd: 0 }],
  ])('equals an undisturbed one to the byte, from every epoch of a training %s', async (_, config) => {
    const request = trainingRequest(90, 5, config);
    const { result, checkpoints } = await checkpointsOf(request);
    expect(checkpoints).toHaveLength(result.losses.length);
    for (const checkpoint of checkpoints) {
      const resume = decodeCheckpoint(encodeCheckpoint(checkpoint));
      const resumed = await trainAutoencoder({ ...request, resume });
      expect(weightBytes(resumed.model)).toBe(weightBytes(result.model));
      expect(resumed.losses).toEqual(result.losses);
      expect(resumed.bestEpoch).toBe(result.bestEpoch);
    }
  });

  it('does only the epochs that are left', async () => {
    const request = trainingRequest(60, 5, { coldEpochs: 5 });
    const { checkpoints } = await checkpointsOf(request);
    const epochs: number[] = [];
    await trainAutoencoder({
      ...request,
      resume: checkpoints[2]!,
      onEpoch: ({ epoch }) => epochs.push(epoch),
    });
    expect(epochs).toEqual([4, 5]);
  });

  it.each<[string, (request: TrainingRequest) => TrainingRequest]>([
    ['another seed', (r) => ({ ...r, seed: 1 })],
    ['another config', (r) => ({ ...r, config: { ...r.config, noiseSd: 0.1 } })],
    [
      'other data',
      (r) => ({ ...r, input: trainingRequest(61, 5).input, shopIds: trainingRequest(61, 5).shopIds }),
    ],
    ['other starting weights', ({ initial: _, ...r }) => r],
    ['other features', (r) => ({ ...r, featureNames: ['a', 'b', 'c', 'd', 'e'] })],
  ])('is refused for %s', async (_, change) => {
    const cold = trainingRequest(60, 5);
    // From given weights: those of a cold start already differ with the seed.
    const initial = untrainedAutoencoder(cold.featureNames, cold.config, 9);
    const request = { ...cold, initial };
    const { checkpoints } = await checkpointsOf(request);
    await expect(trainAutoencoder({ ...change(request), resume: checkpoints[0]! })).rejects.toMatchObject({
      code: 'ArtifactCorrupt',
      message: expect.stringContaining('the checkpoint (epoch 1)'),
    });
  });
});

describe('the bytes of a checkpoint', () => {
  it('hold it whole, in about 38 KB as configured', async () => {
    const { checkpoints } = await checkpointsOf(trainingRequest(40, 19, { hiddenWidth: 24, latentWidth: 4 }));
    const bytes = encodeCheckpoint(checkpoints[1]!);
    expect(decodeCheckpoint(bytes)).toEqual(checkpoints[1]);
    expect(bytes.length).toBeLessThan(39_000);
  });

  it('cut anywhere, or lengthened, are refused', async () => {
    const { checkpoints } = await checkpointsOf(trainingRequest(20, 3, { coldEpochs: 1 }));
    const bytes = encodeCheckpoint(checkpoints[0]!);
    const refused = expect.objectContaining({ code: 'ArtifactCorrupt' });
    fc.assert(
      fc.property(fc.nat({ max: bytes.length - 1 }), (length) => {
        expect(() => decodeCheckpoint(bytes.slice(0, length))).toThrowError(refused);
      }),
    );
    expect(() => decodeCheckpoint(Uint8Array.of(...bytes, 0))).toThrowError(refused);
  });
});
