import { describe, expect, it } from 'vitest';
import { encode, reconstructionErrors } from '../../../shared/autoencoder/encode.js';
import { isHeldOut } from '../../../shared/autoencoder/holdout.js';
import { saveAutoencoder, sha256 } from '../../../shared/autoencoder/save-autoencoder.js';
import { trainAutoencoder } from '../../../shared/autoencoder/train.js';
import { untrainedAutoencoder } from '../../../shared/controls/untrained-autoencoder.js';
import { row, zeros } from '../../../shared/numeric/matrix.js';
import { seededRandom } from '../../../shared/numeric/seeded-random.js';
import { plantedFeatures, trainingRequest, weightBytes } from './planted-features.js';

const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('trainAutoencoder', () => {
  it('learns: reconstruction improves to a third of the untrained model’s error on rows that it never saw', async () => {
    const request = trainingRequest(1_500, 9, { coldEpochs: 40, noiseSd: 0.3, learningRate: 0.01 });
    const { model } = await trainAutoencoder(request);
    const untrained = untrainedAutoencoder(request.featureNames, request.config, request.seed);
    const unseen = plantedFeatures(500, 9, 77);
    expect(mean(reconstructionErrors(model, unseen))).toBeLessThan(
      mean(reconstructionErrors(untrained, unseen)) / 3,
    );
  });

  it('gives the same weights and losses on each run, and others for another seed', async () => {
    const request = trainingRequest(300, 7);
    const first = await trainAutoencoder(request);
    const second = await trainAutoencoder(request);
    const other = await trainAutoencoder({ ...request, seed: 43 });
    expect(weightBytes(second.model)).toBe(weightBytes(first.model));
    expect(second.losses).toEqual(first.losses);
    expect(weightBytes(other.model)).not.toBe(weightBytes(first.model));
  });

  it('gives the very bits that it gave when this test was written, on any machine', async () => {
    const { model, losses } = await trainAutoencoder(trainingRequest(300, 7));
    expect(losses[3]).toEqual({ epoch: 4, train: 0.9946211799998242, validation: 1.034939505526102 });
    expect(sha256(saveAutoencoder(model).weightsBin)).toBe(
      'de082bc3c6edc00da5f9d0e76145763e439d639dc89d91cbaaa87b6851ed97d5',
    );
  });

  it('gives the same weights whatever the order of the rows', async () => {
    const request = trainingRequest(257, 5);
    const order = seededRandom(5, 'test/order').shuffle(Array.from(request.shopIds.keys()));
    const permuted = zeros(257, 5);
    order.forEach((from, to) => permuted.data.set(row(request.input, from), to * 5));
    const shopIds = order.map((i) => request.shopIds[i]!);
    const straight = await trainAutoencoder(request);
    const shuffled = await trainAutoencoder({ ...request, input: permuted, shopIds });
    expect(weightBytes(shuffled.model)).toBe(weightBytes(straight.model));
    expect(shuffled.losses).toEqual(straight.losses);
  });

  it('leaves its input as it was', async () => {
    const request = trainingRequest(100, 5);
    const before = request.input.data.slice();
    await trainAutoencoder(request);
    expect(request.input.data).toEqual(before);
  });

  it('does not learn from the retailers held out', async () => {
    const request = trainingRequest(300, 5, { coldEpochs: 1 });
    const altered = { ...request.input, data: request.input.data.slice() };
    request.shopIds.forEach((id, i) => {
      if (isHeldOut(id, request.config.validationShare)) row(altered, i).fill(2);
    });
    const first = await trainAutoencoder(request);
    const second = await trainAutoencoder({ ...request, input: altered });
    expect(weightBytes(second.model)).toBe(weightBytes(first.model));
    expect(second.losses[0]!.validation).not.toBe(first.losses[0]!.validation);
  });

  it('reports a validation loss that is the mean reconstruction error of the retailers held out', async () => {
    const request = trainingRequest(400, 5, { coldEpochs: 1, validationShare: 0.25 });
    const { model, losses } = await trainAutoencoder(request);
    const errors = reconstructionErrors(model, request.input);
    const held = errors.filter((_, i) => isHeldOut(request.shopIds[i]!, 0.25));
    expect(losses[0]!.validation).toBeCloseTo(mean(held), 6);
  });

  it('stops after `patience` epochs without a better validation loss and returns the best weights', async () => {
    const request = trainingRequest(60, 6, {
      coldEpochs: 400,
      patience: 3,
      noiseSd: 0,
      learningRate: 0.05,
      hiddenWidth: 32,
    });
    const { model, losses, bestEpoch } = await trainAutoencoder(request);
    expect(losses.length).toBeLessThan(400);
    expect(losses.length).toBe(bestEpoch + 3);
    const validation = losses.map((loss) => loss.validation!);
    expect(bestEpoch).toBe(validation.indexOf(Math.min(...validation)) + 1);
    const untilBest = await trainAutoencoder({
      ...request,
      config: { ...request.config, coldEpochs: bestEpoch },
    });
    expect(weightBytes(model)).toBe(weightBytes(untilBest.model));
  });

  it('watches the training loss where nobody is held out', async () => {
    const { losses, bestEpoch } = await trainAutoencoder(
      trainingRequest(80, 4, { validationShare: 0, coldEpochs: 5 }),
    );
    expect(losses.map((loss) => loss.validation)).toEqual([null, null, null, null, null]);
    const train = losses.map((loss) => loss.train);
    expect(bestEpoch).toBe(train.indexOf(Math.min(...train)) + 1);
  });

  it('returns float32 numbers as weights', async () => {
    const { model } = await trainAutoencoder(trainingRequest(100, 5));
    expect(model.parameters.every((value) => Math.fround(value) === value)).toBe(true);
  });

  it('trains one retailer, or batches that do not divide the rows', async () => {
    for (const [rows, batchSize] of [
      [1, 32],
      [2, 1],
      [33, 32],
      [50, 49],
    ] as const) {
      const { losses } = await trainAutoencoder(trainingRequest(rows, 3, { batchSize, validationShare: 0 }));
      expect(losses).toHaveLength(4);
    }
  });

  it('adds noise of the standard deviation asked for: without any, the training loss is lower', async () => {
    const noisy = await trainAutoencoder(trainingRequest(500, 6, { noiseSd: 2 }));
    const clear = await trainAutoencoder(trainingRequest(500, 6, { noiseSd: 0 }));
    expect(clear.losses[3]!.train).toBeLessThan(noisy.losses[3]!.train);
  });
});

describe('a warm start', () => {
  it('stays the nearer to the given weights the stronger its anchor, which at 1 holds them fast; a cold one has none', async () => {
    const request = trainingRequest(600, 6, { coldEpochs: 5, warmEpochs: 5 });
    const { model } = await trainAutoencoder(request);
    const from = async (anchor: number): Promise<number> => {
      const config = { ...request.config, anchor };
      const warm = await trainAutoencoder({ ...request, config, seed: 7, initial: model });
      return Math.hypot(...warm.model.parameters.map((value, k) => value - model.parameters[k]!));
    };
    const distances = [await from(0), await from(0.5), await from(0.9), await from(1)];
    expect(distances[3]).toBe(0);
    for (let i = 1; i < 4; i++) expect(distances[i]).toBeLessThan(distances[i - 1]! / 1.5);
    const cold = await trainAutoencoder({ ...request, config: { ...request.config, anchor: 1 } });
    expect(weightBytes(cold.model)).toBe(weightBytes(model));
  });

  it('begins at the given weights, trains warmEpochs and stays nearer to them than a cold start', async () => {
    const request = trainingRequest(600, 6, { coldEpochs: 20, warmEpochs: 3 });
    const { model } = await trainAutoencoder(request);
    const warm = await trainAutoencoder({ ...request, seed: 7, initial: model });
    const cold = await trainAutoencoder({ ...request, seed: 7 });
    expect([warm.warm, warm.losses.length, warm.coldReason]).toEqual([true, 3, undefined]);
    expect([cold.warm, cold.losses.length, cold.coldReason]).toEqual([false, 20, undefined]);
    const moved = (other: Float64Array, i: number): number =>
      Math.abs(other[i]! - encode(model, request.input).data[i]!);
    const distance = (to: typeof model): number =>
      encode(to, request.input).data.reduce((sum, _, i, all) => (i < 200 ? sum + moved(all, i) : sum), 0);
    expect(distance(warm.model)).toBeLessThan(distance(cold.model) / 4);
  });

  it('leaves the model that it starts from as it was', async () => {
    const request = trainingRequest(100, 5);
    const initial = untrainedAutoencoder(request.featureNames, request.config, 1);
    const before = weightBytes(initial);
    await trainAutoencoder({ ...request, initial });
    expect(weightBytes(initial)).toBe(before);
  });

  it.each([
    ['of another hidden width', { hiddenWidth: 9, latentWidth: 2 }, 0, /5-9-2-9-5.*5-8-2-8-5/],
    ['of other features', { hiddenWidth: 8, latentWidth: 2 }, 1, /feature 0 .* feature_1.* feature_0/],
  ])('from a model %s is a cold start that says why', async (_, widths, shift, reason) => {
    const request = trainingRequest(100, 5);
    const names = Array.from({ length: 5 }, (_, j) => `feature_${j + shift}`);
    const { warm, coldReason, losses } = await trainAutoencoder({
      ...request,
      initial: untrainedAutoencoder(names, widths, 1),
    });
    expect(warm).toBe(false);
    expect(coldReason).toMatch(reason);
    expect(losses).toHaveLength(4);
  });

  it('switched off by the config is a cold start that says so', async () => {
    const request = trainingRequest(100, 5, { warmStart: false });
    const { warm, coldReason } = await trainAutoencoder({
      ...request,
      initial: untrainedAutoencoder(request.featureNames, request.config, 1),
    });
    expect([warm, coldReason]).toEqual([false, 'autoencoder.warmStart is false']);
  });
});

describe('what training refuses', () => {
  it('a number that is not one, naming retailer and feature', async () => {
    const request = trainingRequest(10, 4);
    request.input.data[3 * 4 + 1] = NaN;
    await expect(trainAutoencoder(request)).rejects.toMatchObject({
      code: 'InvalidMatrix',
      message: expect.stringContaining('row 3 (shop_id shop-00003) has NaN for feature_1'),
    });
  });

  it('shop IDs of another number than the rows', async () => {
    const request = trainingRequest(10, 4);
    await expect(trainAutoencoder({ ...request, shopIds: ['a', 'b'] })).rejects.toMatchObject({
      code: 'InvalidMatrix',
      message: '10 rows came with 2 shop IDs',
    });
  });

  it('a loss that overflows: says the epoch and which setting to lower', async () => {
    const request = trainingRequest(50, 4);
    request.input.data.forEach((value, k) => (request.input.data[k] = value * 1e200));
    await expect(trainAutoencoder(request)).rejects.toMatchObject({
      code: 'TrainingDiverged',
      message: expect.stringMatching(/^epoch 1: training loss (Infinity|NaN)/),
      where: 'autoencoder.learningRate',
      remedy: expect.stringContaining('0.0002'),
    });
  });

  it('to go on once it was told to stop', async () => {
    const stop = new AbortController();
    const epochs: number[] = [];
    const training = trainAutoencoder({
      ...trainingRequest(50, 4, { coldEpochs: 100, patience: 100 }),
      signal: stop.signal,
      onEpoch: ({ epoch }) => {
        epochs.push(epoch);
        if (epoch === 2) stop.abort(new Error('told to stop'));
      },
    });
    await expect(training).rejects.toThrow('told to stop');
    expect(epochs).toEqual([1, 2]);
  });
});
