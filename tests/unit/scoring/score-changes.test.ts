import { expect, test } from 'vitest';
import { saveAutoencoder } from '../../../shared/autoencoder/save-autoencoder.js';
import { clusterByMixture } from '../../../shared/clustering/cluster-by-mixture.js';
import { fitHdbscan, serialiseHdbscan } from '../../../shared/clustering/hdbscan/index.js';
import { fitSoftAssignment } from '../../../shared/clustering/soft-assignment.js';
import { configSchema } from '../../../shared/contracts/config.js';
import { untrainedAutoencoder } from '../../../shared/controls/untrained-autoencoder.js';
import { zeros } from '../../../shared/numeric/matrix.js';
import { seededRandom } from '../../../shared/numeric/seeded-random.js';
import { scoreRetailers } from '../../../shared/scoring/score-retailers.js';
import { marketCourses, plantedMonths } from '../changes/planted-months.js';

const config = configSchema.parse({});
const names = ['a', 'b'];

test('rescoring moves a retailer whose own months show a change, says since when, and leaves the others', async () => {
  const { months, labels, now, changed } = plantedMonths({ retailers: 300, share: 0.1, ago: 8 });
  // Features of a whole history: those of the behaviour that a retailer used to have.
  const random = seededRandom(3, 'features');
  const scaled = zeros(300, 2);
  labels.forEach((label, i) => {
    scaled.data[i * 2] = [-2, 0, 2][label]! + 0.1 * random.normal();
    scaled.data[i * 2 + 1] = [1, -1, 1][label]! + 0.1 * random.normal();
  });
  const mixtureConfig = { ...config.mixture, minComponents: 3, maxComponents: 3 };
  const mixture = clusterByMixture(
    { input: scaled, featureNames: names, config: mixtureConfig, seed: 1, previous: undefined },
    () => undefined,
  );
  const hdbscan = await fitHdbscan(scaled, { minClusterSize: 20, minSamples: 5, threads: 1 });
  const segmentOfCluster = ['S01', 'S02', 'S03'];
  const request = {
    scaled,
    autoencoder: saveAutoencoder(untrainedAutoencoder(names, { hiddenWidth: 4, latentWidth: 2 }, 1)),
    hdbscan: serialiseHdbscan(hdbscan),
    mixture: mixture.model,
    segments: {
      version: 1 as const,
      asOf: '2023-12',
      method: 'mixture' as const,
      segmentOfCluster,
      registry: { version: 1 as const, next: 4, segments: [] },
      centroids: { ids: [], columns: 2, values: [] },
      softAssignment: fitSoftAssignment(scaled, hdbscan.clustering.labels, config.softAssignment),
      courses: marketCourses(months, mixture.labels, 3),
    },
  };
  const before = scoreRetailers(request);
  const recent = { months, previousSegmentIds: before.segmentIds, config };
  const after = scoreRetailers({ ...request, recent });
  const movedRows = after.segmentIds.flatMap((id, i) => (id === before.segmentIds[i] ? [] : [i]));
  expect(movedRows.filter((i) => changed.includes(i)).length / changed.length).toBeGreaterThan(0.8);
  expect(movedRows.filter((i) => !changed.includes(i)).length).toBeLessThan(3);
  expect([...after.changedIn.keys()]).toEqual(movedRows);
  const inTime = movedRows.filter((i) => Math.abs(after.changedIn.get(i)! - (2023 * 12 + 4)) <= 1);
  expect(inTime.length / movedRows.length).toBeGreaterThan(0.8);
  // Where they went is where the retailers are that always were so.
  const segmentOf = [0, 1, 2].map((b) => before.segmentIds[labels.findIndex((label) => label === b)]);
  const right = movedRows.filter((i) => after.segmentIds[i] === segmentOf[now[i]!]);
  expect(right.length / movedRows.length).toBeGreaterThan(0.8);
  expect(after.clusters).toEqual(before.clusters);

  const off = scoreRetailers({
    ...request,
    recent: { ...recent, config: { ...config, changes: { ...config.changes, enabled: false } } },
  });
  expect(off.segmentIds).toEqual(before.segmentIds);
});
