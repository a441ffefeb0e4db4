import { expect, test } from 'vitest';
import { clusterByMixture } from '../../../shared/clustering/cluster-by-mixture.js';
import { clusterSpace } from '../../../shared/clustering/cluster-space.js';
import { usualSettings } from '../../../shared/clustering/density-settings.js';
import { configSchema } from '../../../shared/contracts/config.js';
import { type Matrix } from '../../../shared/numeric/matrix.js';
import { seededRandom } from '../../../shared/numeric/seeded-random.js';
import { assessStructure } from '../../../shared/stability/assess-structure.js';
import { type StructureTest } from '../../../shared/stability/structure-test.js';

const config = configSchema.parse({ hdbscan: { minClusterSizeShare: 0.05 }, stability: { resamples: 4 } });
const settings = usualSettings(config.hdbscan);
const quiet = (): void => undefined;

/** The points stand for both spaces: features and embedding. */
async function assess(points: Matrix): Promise<StructureTest> {
  const hdbscan = await clusterSpace(
    { points, settings, softAssignment: config.softAssignment, threads: 1 },
    quiet,
  );
  const mixture = clusterByMixture(
    { input: points, featureNames: ['a', 'b', 'c'], config: config.mixture, seed: 1, previous: undefined },
    quiet,
  );
  return assessStructure(
    {
      latent: points,
      scaled: points,
      hdbscanLabels: hdbscan.labels,
      mixtureModel: mixture.model,
      settings,
      config,
      threads: 1,
    },
    quiet,
  );
}

/** 600 retailers in three dimensions: `place` gives the centre of retailer i, about which it lies with sd 0.3. */
function market(place: (i: number, uniform: () => number) => readonly number[]): Matrix {
  const random = seededRandom(3, 'structure');
  const data = new Float64Array(600 * 3);
  for (let i = 0; i < 600; i++) {
    const centre = place(i, () => random.uniform());
    for (let j = 0; j < 3; j++) data[i * 3 + j] = centre[j]! + 0.3 * random.normal();
  }
  return { data, rows: 600, columns: 3 };
}

test('behaviours with nothing between them are density structure, every cluster found again', async () => {
  const centres = [
    [-1.5, 0, 0],
    [1.5, 1, 0],
    [0, -1.5, 1.5],
  ];
  const found = await assess(market((i) => centres[i % 3]!));
  expect(found.verdict).toBe('density structure');
  expect(found.observed.clusters).toBe(3);
  expect(found.observed.noise).toBeLessThan(found.null.noise);
  for (const jaccard of [...found.jaccard.hdbscan, ...found.jaccard.mixture]) {
    expect(jaccard).toBeGreaterThan(0.85);
  }
});

test('one featureless cloud has no density structure, and no regions either', async () => {
  const found = await assess(market(() => [0, 0, 0]));
  expect(found.verdict).toBe('none');
  expect(found.sentence).toMatch(/^No density structure/);
});

test('a bent band without gaps is a continuum: regions that are found again, without sparser ground between', async () => {
  const found = await assess(
    market((_, uniform) => {
      const angle = Math.PI * (1.6 * uniform() - 0.8);
      return [2.2 * Math.cos(angle), 2.2 * Math.sin(angle), 0];
    }),
  );
  expect(found.verdict).toBe('continuum');
  expect(found.sentence).toMatch(/continuum.*most reproducible regions/);
});

test('is the same to the last bit when measured again', async () => {
  const points = market((i) => [i % 2 === 0 ? -1 : 1, 0, 0]);
  expect(await assess(points)).toEqual(await assess(points));
});
