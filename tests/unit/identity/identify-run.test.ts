import { expect, test } from 'vitest';
import { fitSoftAssignment, softReach } from '../../../shared/clustering/soft-assignment.js';
import { configSchema } from '../../../shared/contracts/config.js';
import { identifyRun, type IdentifyRequest } from '../../../shared/identity/identify-run.js';
import { type Matrix } from '../../../shared/numeric/matrix.js';
import { seededRandom } from '../../../shared/numeric/seeded-random.js';

const config = configSchema.parse({ clusterer: 'hdbscan' });
const members = 60;
const random = seededRandom(4, 'two clusters');
/** Two clusters of the latent space, about (0, 0) and (20, 0). */
const clusters = Float64Array.from(
  { length: 4 * members },
  (_, at) => (at % 2 === 0 && at >= 2 * members ? 20 : 0) + random.normal(),
);
const inClusters = Int32Array.from({ length: 2 * members }, (_, i) => Math.floor(i / members));
const model = fitSoftAssignment(
  { data: clusters, rows: 2 * members, columns: 2 },
  inClusters,
  config.softAssignment,
);

/** How far along the first axis from cluster 0, away from the other, a retailer lies at this share of the cluster's reach. */
function at(share: number): number {
  let [near, far] = [0, -1000];
  for (let step = 0; step < 60; step++) {
    const middle = (near + far) / 2;
    const [reach] = softReach(model, { data: Float64Array.of(middle, 0), rows: 1, columns: 2 });
    if (reach! < share) near = middle;
    else far = middle;
  }
  return near;
}

/** A month with the two clusters and retailers at these shares of cluster 0's reach. */
function month(asOf: string, shares: readonly number[], previous?: IdentifyRequest['previous']) {
  const rows = 2 * members + shares.length;
  const latent: Matrix = {
    data: Float64Array.from([...clusters, ...shares.flatMap((share) => [at(share), 0])]),
    rows,
    columns: 2,
  };
  const labels = Int32Array.from([...inClusters, ...shares.map((share) => (share > 1 ? -1 : 0))]);
  const zeros = new Float64Array(rows);
  const found = { labels, hardLabels: labels, strengths: zeros, outlierScores: zeros };
  const shopIds = Array.from({ length: rows }, (_, i) => `R${String(i).padStart(3, '0')}`);
  const run = identifyRun({
    asOf,
    config,
    shopIds,
    latent,
    scaled: latent,
    featureNames: ['a', 'b'],
    hdbscan: found,
    softAssignment: model,
    mixture: found,
    mixtureModel: new Uint8Array(),
    previous,
  });
  return { run, shopIds, edge: run.segmentIds.slice(2 * members) };
}

test('a retailer leaves a density cluster for noise, and noise for a cluster, only clearly beyond or within its reach', () => {
  const first = month('2023-11', [0.95, 0.95, 1.05, 1.05]);
  const own = first.run.segmentIds[0];
  expect(first.edge).toEqual([own, own, null, null]);
  const second = month('2023-12', [1.2, 1.3, 0.9, 0.7], {
    segments: first.run.file,
    shopIds: first.shopIds,
    segmentIds: first.run.segmentIds,
  });
  expect(second.edge).toEqual([own, null, null, own]);
});
