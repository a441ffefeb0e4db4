import { describe, expect, it } from 'vitest';
import { layersOf } from '../../../shared/autoencoder/architecture.js';
import { trainAutoencoder } from '../../../shared/autoencoder/train.js';
import { untrainedAutoencoder } from '../../../shared/controls/untrained-autoencoder.js';
import { trainingRequest } from '../autoencoder/planted-features.js';

describe('the untrained autoencoder', () => {
  it('is what a cold training with the same seed starts from', async () => {
    const request = trainingRequest(100, 6, { coldEpochs: 2, learningRate: 1e-12 });
    const untrained = untrainedAutoencoder(request.featureNames, request.config, request.seed);
    const barelyTrained = (await trainAutoencoder(request)).model;
    barelyTrained.parameters.forEach((value, k) => expect(value).toBeCloseTo(untrained.parameters[k]!, 9));
  });

  it('has kernels within the limits of Glorot, evenly spread, and biases of 0', () => {
    const names = Array.from({ length: 40 }, (_, j) => `f${j}`);
    const { shape, parameters } = untrainedAutoencoder(names, { hiddenWidth: 50, latentWidth: 6 }, 11);
    for (const { kernel, bias, inputWidth, outputWidth } of layersOf(shape)) {
      const limit = Math.sqrt(6 / (inputWidth + outputWidth));
      const weights = Array.from(parameters.subarray(kernel, bias));
      expect(Math.max(...weights.map(Math.abs))).toBeLessThanOrEqual(limit);
      const variance = weights.reduce((sum, w) => sum + w * w, 0) / weights.length;
      expect(variance / (limit ** 2 / 3)).toBeGreaterThan(0.85);
      expect(variance / (limit ** 2 / 3)).toBeLessThan(1.15);
      expect(parameters.subarray(bias, bias + outputWidth).every((b) => b === 0)).toBe(true);
    }
  });
});
