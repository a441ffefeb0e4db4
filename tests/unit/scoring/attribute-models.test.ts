import { expect, test } from 'vitest';
import { saveAutoencoder } from '../../../shared/autoencoder/save-autoencoder.js';
import { clusterByMixture } from '../../../shared/clustering/cluster-by-mixture.js';
import { fitHdbscan, serialiseHdbscan } from '../../../shared/clustering/hdbscan/index.js';
import { fitSoftAssignment } from '../../../shared/clustering/soft-assignment.js';
import { configSchema } from '../../../shared/contracts/config.js';
import { untrainedAutoencoder } from '../../../shared/controls/untrained-autoencoder.js';
import { attributeModels, type SavedModels } from '../../../shared/scoring/attribute-models.js';
import { blobs } from '../mixture/market.js';

const { input } = blobs(200, 3, 2, 8, 21);
const config = configSchema.parse({});

async function modelsOf(
  featureNames: readonly string[],
  method: 'hdbscan' | 'mixture',
): Promise<SavedModels> {
  const mixture = clusterByMixture(
    { input, featureNames, config: config.mixture, seed: 1, previous: undefined },
    () => undefined,
  );
  const model = await fitHdbscan(input, { minClusterSize: 20, minSamples: 5, threads: 1 });
  const autoencoder = untrainedAutoencoder(featureNames, { hiddenWidth: 4, latentWidth: 3 }, 1);
  return {
    autoencoder: saveAutoencoder(autoencoder),
    hdbscan: serialiseHdbscan(model),
    mixture: mixture.model,
    segments: {
      version: 1,
      asOf: '2024-01',
      method,
      segmentOfCluster: Array.from({ length: 9 }, (_, i) => `S0${i + 1}`),
      registry: { version: 1, next: 10, segments: [] },
      centroids: { ids: [], columns: 3, values: [] },
      softAssignment: fitSoftAssignment(input, model.clustering.labels, config.softAssignment),
    },
  };
}

const names = ['a', 'b', 'c'];
const data = { oldScale: input, newScale: input };
const months = { oldData: data, newData: data };

test.each(['mixture', 'hdbscan'] as const)(
  'the same models of %s on the same data move nobody',
  async (method) => {
    const models = await modelsOf(names, method);
    const features = { oldScale: names, newScale: names };
    expect(attributeModels({ previous: models, current: models, ...months, features })).toEqual({
      retailers: 200,
      total: 0,
      data: 0,
      representation: 0,
      clustering: 0,
      model: 0,
      cause: 'none',
    });
  },
);

test('a model is not given other features than it was trained on: nothing is attributed', async () => {
  const previous = await modelsOf(names, 'mixture');
  const current = await modelsOf(['x', 'y', 'z'], 'mixture');
  const ofCurrent = { oldScale: ['x', 'y', 'z'], newScale: ['x', 'y', 'z'] };
  expect(attributeModels({ previous, current, ...months, features: ofCurrent })).toBeNull();
});

test('spaces of as many columns but other features are not compared', async () => {
  const previous = await modelsOf(names, 'mixture');
  const current = await modelsOf(['x', 'y', 'z'], 'mixture');
  const features = { oldScale: names, newScale: ['x', 'y', 'z'] };
  expect(attributeModels({ previous, current, ...months, features })).toMatchObject({
    representation: null,
    clustering: null,
  });
});
