import { describe, expect, test } from 'vitest';
import { encode } from '../../../shared/autoencoder/encode.js';
import { saveAutoencoder } from '../../../shared/autoencoder/save-autoencoder.js';
import { fitHdbscan, serialiseHdbscan } from '../../../shared/clustering/hdbscan/index.js';
import { fitSoftAssignment, softAssign, softPosterior } from '../../../shared/clustering/soft-assignment.js';
import { configSchema } from '../../../shared/contracts/config.js';
import { untrainedAutoencoder } from '../../../shared/controls/untrained-autoencoder.js';
import { identifyRun } from '../../../shared/identity/identify-run.js';
import { latentClusters } from '../../../shared/identity/segments-file.js';
import { zeros } from '../../../shared/numeric/matrix.js';
import { seededRandom } from '../../../shared/numeric/seeded-random.js';
import { scoreRetailers } from '../../../shared/scoring/score-retailers.js';
import { adjustedRandIndex } from '../../../shared/stability/adjusted-rand-index.js';
import { contingency } from '../../../shared/stability/contingency.js';
import { plantedMonths } from '../changes/planted-months.js';

const retailers = 600;
const names = ['a', 'b'];
const config = configSchema.parse({ clusterer: 'hdbscan', changes: { enabled: false } });
const { months, labels: truth } = plantedMonths({ retailers });
const shopIds = Array.from({ length: retailers }, (_, i) => `R${String(i).padStart(3, '0')}`);

/** Behaviours whose cores stand apart, while every third retailer lies anywhere about its own. */
const random = seededRandom(5, 'cores');
const scaled = zeros(retailers, 2);
truth.forEach((behaviour, i) => {
  const sd = random.uniform() < 0.67 ? 0.25 : 1.6;
  scaled.data[i * 2] = [-2, 0, 2][behaviour]! + sd * random.normal();
  scaled.data[i * 2 + 1] = [1, -1.5, 1][behaviour]! + sd * random.normal();
});
const encoder = untrainedAutoencoder(names, { hiddenWidth: 4, latentWidth: 2 }, 1);
const latent = encode(encoder, scaled);
const model = await fitHdbscan(latent, { minClusterSize: 40, minSamples: 10, threads: 1 });
const { labels: hardLabels, probabilities } = model.clustering;
const softAssignment = fitSoftAssignment(latent, hardLabels, config.softAssignment);
const soft = softAssign(softAssignment, latent, { labels: hardLabels, strengths: probabilities });
const clusters = { ...soft, hardLabels, outlierScores: model.clustering.outlierScores };

const identify = (latentWeight: number) =>
  identifyRun({
    asOf: '2023-12',
    config: { ...config, courses: { ...config.courses, latentWeight } },
    shopIds,
    latent,
    scaled,
    featureNames: names,
    hdbscan: clusters,
    softAssignment,
    mixture: clusters,
    mixtureModel: new Uint8Array(),
    months,
    previous: undefined,
  });
/** Of the retailers that the run has in a cluster. */
function rightness(of: Int32Array): number {
  const rows = Array.from(soft.labels.keys()).filter((i) => soft.labels[i]! >= 0);
  const at = (labels: Int32Array): Int32Array => Int32Array.from(rows, (i) => labels[i]!);
  return adjustedRandIndex(contingency(at(truth), at(of)));
}

describe('clusters of HDBSCAN whose retailers have months', () => {
  const { clusters: found, file } = identify(1);

  test('get back the retailers between their cores, whom the latent space alone puts wrong', () => {
    expect(new Set(hardLabels)).toEqual(new Set([-1, 0, 1, 2]));
    expect(rightness(soft.labels)).toBeLessThan(0.8);
    expect(rightness(found)).toBeGreaterThan(0.95);
  });

  test('are described anew by those members: wider than their cores', () => {
    const cores = softPosterior(softAssignment, latent, 3);
    const members = softPosterior(latentClusters(file), latent, 3);
    const unsure = (posterior: typeof cores): number =>
      truth.filter((_, i) => Math.max(...posterior.data.subarray(i * 3, i * 3 + 3)) < 0.99).length;
    expect(unsure(members)).toBeGreaterThan(1.5 * unsure(cores));
  });

  test('take in new retailers by the stored file just as the run took in its own', () => {
    const stored = JSON.parse(JSON.stringify(file)) as typeof file;
    const scored = scoreRetailers({
      scaled,
      autoencoder: saveAutoencoder(encoder),
      hdbscan: serialiseHdbscan(model),
      mixture: new Uint8Array(),
      segments: stored,
      recent: { months, previousSegmentIds: shopIds.map(() => null), config },
    });
    const both = Array.from(found.keys()).filter((i) => found[i]! >= 0 && scored.clusters[i]! >= 0);
    expect(both.length).toBeGreaterThan(0.9 * retailers);
    expect(both.filter((i) => found[i] !== scored.clusters[i])).toEqual([]);
  });
});

test('with a weight of 0 the latent space alone decides, and nothing is described anew', () => {
  const { file, clusters: found } = identify(0);
  expect(file.members).toBeUndefined();
  expect(latentClusters(file)).toBe(file.softAssignment);
  expect(found).toEqual(soft.labels);
});
