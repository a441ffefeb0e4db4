/** The markets that the product is measured on, and what is read off twelve monthly runs of each. */
import { usualSettings } from '../../dist/shared/clustering/density-settings.js';
import { clusterSpace } from '../../dist/shared/clustering/cluster-space.js';
import { fitPca, projectPca } from '../../dist/shared/controls/pca.js';
import { configSchema } from '../../dist/shared/contracts/config.js';
import { applyScaler, fitScaler } from '../../dist/shared/features/scaler.js';
import { encode } from '../../dist/shared/autoencoder/encode.js';
import { trainAutoencoder } from '../../dist/shared/autoencoder/train.js';
import { keptAfterMatching } from '../../dist/shared/stability/kept-after-matching.js';
import { marketMonths } from './market-months.mjs';
import { numbersOf, truthAri } from './measures.mjs';
import { runMonth } from './run-month.mjs';
import { supervisedAri } from './supervised.mjs';

const monthOf = (index) => `${Math.floor(index / 12)}-${String((index % 12) + 1).padStart(2, '0')}`;
const last = 2023 * 12 + 11;
/** As-of months, the last of which is 2023-12. */
const asOfs = (count) => Array.from({ length: count }, (_, i) => monthOf(last - count + 1 + i));
const since = (months) => monthOf(last - months + 1);

/** Runs in a row, each compared with the last that was published. */
async function runAll(months, config) {
  const runs = [];
  let previous;
  for (const month of months) {
    const run = await runMonth(month, config, previous);
    runs.push(slim(run, month));
    if (run.gate.verdict !== 'held') previous = run;
  }
  return runs;
}

/** Figures and segment IDs of a run; its models and tables are let go. */
function slim(run, month) {
  const labels = numbersOf(run.segmentIds);
  return {
    asOf: run.asOf,
    shopIds: run.shopIds,
    segmentIds: run.segmentIds,
    verdict: run.gate.verdict,
    failed: run.gate.reasons.filter(({ passed }) => !passed).map(({ rule }) => rule),
    method: run.run.method,
    ari: truthAri(labels, month.truth),
    latentAri: truthAri(run.hdbscan.labels, month.truth),
    mixtureAri: truthAri(run.mixture.labels, month.truth),
    kept: run.comparison.kept.share,
    born: run.identified.born.length,
    retired: run.identified.retired.length,
    noise: run.identified.metrics.noise,
    largest: run.identified.metrics.largestShare,
    structure: run.comparison.structureTest.verdict,
    jaccard: Math.min(...run.identified.bootstrapJaccard.values()),
    scaled: run.scaled,
  };
}

/** Of the runs that have a published one before them. */
const later = (runs, field) => runs.filter(({ kept }) => kept !== null).map((run) => run[field]);
const idsChanged = (runs) =>
  runs.filter(({ kept, born, retired }) => kept !== null && born + retired > 0).length;
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const config = (input = {}) =>
  configSchema.parse({ stability: { resamples: 2, halves: 2, nullDraws: 1 }, ...input });

/** Retailers of each seed; histories differ too, so that nothing is tuned to one of them. */
export const sizes = { quick: [1200, 1500, 1800], full: [1500, 2000, 2500, 3000, 2000] };

export const scenarios = {
  async stationary({ seed, retailers, runs }) {
    const months = await marketMonths(
      { seed: 100 + seed, retailers, from: since(24 + runs), to: '2023-12' },
      asOfs(runs),
    );
    const auto = await runAll(months, config());
    return {
      'ARI to truth': mean(auto.map(({ ari }) => ari)),
      kept: mean(later(auto, 'kept')),
      'kept, worst month': Math.min(...later(auto, 'kept')),
      'kept by month': later(auto, 'kept'),
      'runs whose IDs change': idsChanged(auto),
      noise: Math.max(...auto.map(({ noise }) => noise)),
      'largest share': Math.max(...auto.map(({ largest }) => largest)),
      'runs held': auto.filter(({ verdict }) => verdict === 'held').length,
      'least bootstrap Jaccard': Math.min(...auto.map(({ jaccard }) => jaccard)),
      supervised: supervisedAri(auto[0].scaled, months[0].truth),
      ...(await beside(months)),
    };
  },

  async random({ seed, retailers, runs }) {
    const behaviours = [5, 3, 7, 4, 9][seed % 5];
    const history = [36, 30, 48, 24, 36][seed % 5];
    const months = await marketMonths(
      {
        seed: 200 + seed,
        retailers: retailers + 500,
        // So many months are known in the fourth run.
        from: since(history + runs - 4),
        to: '2023-12',
        behaviours,
        kind: 'random',
      },
      asOfs(runs),
    );
    const auto = await runAll(months, config());
    const supervised = supervisedAri(auto[0].scaled, months[0].truth);
    const best = mean(auto.map(({ ari }) => ari));
    return {
      'ARI as a share of supervised': best / supervised,
      'ARI to truth': best,
      supervised,
      kept: mean(later(auto, 'kept')),
      'runs whose IDs change': idsChanged(auto),
      'latent HDBSCAN ARI': mean(auto.map(({ latentAri }) => latentAri)),
    };
  },

  async pinned({ seed, retailers, runs }) {
    const months = await marketMonths(
      { seed: 100 + seed, retailers, from: since(24 + runs), to: '2023-12' },
      asOfs(runs),
    );
    const pinned = await runAll(months, config({ clusterer: 'hdbscan' }));
    return {
      'ARI to truth': mean(pinned.map(({ ari }) => ari)),
      kept: mean(later(pinned, 'kept')),
      noise: mean(pinned.map(({ noise }) => noise)),
      'runs held': pinned.filter(({ verdict }) => verdict === 'held').length,
    };
  },

  async switching({ seed, retailers }) {
    const months = await marketMonths(
      {
        seed: 300 + seed,
        retailers,
        from: since(36),
        to: '2023-12',
        switch: { month: '2023-06', share: 0.1 },
      },
      asOfs(8),
    );
    // May is before the change; by November six months of the new behaviour are known.
    const runs = await runAll(months.slice(0, 7), config());
    const [before, after] = [runs[0], runs[runs.length - 1]];
    const was = new Map(before.shopIds.map((id, i) => [id, before.segmentIds[i]]));
    let [switched, found, movedAll, movedReal] = [0, 0, 0, 0];
    months[6].retailers.forEach((retailer, i) => {
      const id = months[6].shopIds[i];
      const from = was.get(id);
      if (from === undefined || from === null) return;
      const real = retailer.changes.length > 0;
      const moved = after.segmentIds[i] !== null && after.segmentIds[i] !== from;
      if (real) switched++;
      if (real && moved) found++;
      if (moved) movedAll++;
      if (real && moved) movedReal++;
    });
    return {
      'switched that are found': found / switched,
      'moves that are real': movedReal / movedAll,
      'found by month': runs.map((run) => foundBy(run, was, months[6])),
      'least kept': Math.min(...later(runs, 'kept')),
    };
  },

  async emerging({ seed, retailers }) {
    const months = await marketMonths(
      {
        seed: 400 + seed,
        retailers,
        from: since(36),
        to: '2023-12',
        emerge: { month: '2023-01', share: 0.08 },
      },
      asOfs(12),
    );
    const runs = await runAll(months, config());
    const emerged = 6;
    const shares = new Map();
    const end = runs[runs.length - 1];
    months[11].truth.forEach((behaviour, i) => {
      if (behaviour === emerged) shares.set(end.segmentIds[i], (shares.get(end.segmentIds[i]) ?? 0) + 1);
    });
    const total = months[11].truth.filter((behaviour) => behaviour === emerged).length;
    const [own, count] = [...shares].sort((a, b) => b[1] - a[1])[0];
    const first = new Set(runs[0].segmentIds.filter((id) => id !== null));
    const now = new Set(end.segmentIds.filter((id) => id !== null));
    const born = [...now].filter((id) => !first.has(id));
    const keep = [...first].every((id) => now.has(id));
    return {
      'one new ID, others kept': born.length === 1 && keep && own === born[0] && count / total > 0.5 ? 1 : 0,
      'new IDs': born.length,
      'emerged in the new segment': count / total,
    };
  },

  async badMonth({ seed, retailers }) {
    const months = await marketMonths(
      {
        seed: 500 + seed,
        retailers,
        from: since([36, 24, 48, 15, 30][seed % 5]),
        to: '2023-12',
        seasonality: [0.1, 0.3, 0.1, 0.2, 0][seed % 5],
        badMonth: { month: '2023-12', share: 0.5 },
      },
      asOfs(3),
    );
    const runs = await runAll(months, config());
    const end = runs[2];
    return {
      'held for its data': end.verdict === 'held' && end.failed.includes('month-volume') ? 1 : 0,
      'months before published': runs.slice(0, 2).every(({ verdict }) => verdict !== 'held') ? 1 : 0,
    };
  },

  async noise({ seed, retailers }) {
    const months = await marketMonths(
      { seed: 600 + seed, retailers, from: since(36), to: '2023-12', behaviours: 0 },
      asOfs(2),
    );
    const runs = await runAll(months, config());
    return {
      'no density structure said': runs.every(({ structure }) => structure !== 'density structure') ? 1 : 0,
      'no HDBSCAN clusters published': runs.every(
        ({ method, verdict }) => method !== 'hdbscan' || verdict === 'held',
      )
        ? 1
        : 0,
      'verdict none': runs.filter(({ structure }) => structure === 'none').length / runs.length,
    };
  },
};

/** Share of the retailers that have switched by the last of the months and are elsewhere in this run than in the first. */
function foundBy(run, was, month) {
  const switched = new Set(month.shopIds.filter((_, i) => month.retailers[i].changes.length > 0));
  const known = run.shopIds.flatMap((id, i) =>
    switched.has(id) && was.get(id) ? [[id, run.segmentIds[i]]] : [],
  );
  return known.filter(([id, segment]) => segment !== null && segment !== was.get(id)).length / known.length;
}

/** The same months by a plain pipeline, and with PCA in place of the autoencoder. */
async function beside(months) {
  const plain = [];
  const pca = [];
  for (const month of months) {
    const { shopIds, table, truth } = month;
    const cluster = async (points, settings, softAssignment) => {
      const found = await clusterSpace({ points, settings, softAssignment, threads: 1 }, () => undefined);
      return { shopIds, labels: found.labels, ari: truthAri(found.labels, truth), metrics: found.metrics };
    };
    const ours = config();
    const settings = usualSettings(ours.hdbscan);
    const scaler = fitScaler(table, ours.scaling);
    const classic = applyScaler(scaler, table, 'classic');
    const trained = await trainAutoencoder({
      input: classic.matrix,
      shopIds,
      featureNames: classic.names,
      config: { ...ours.autoencoder, noiseSd: 0 },
      seed: ours.seed,
    });
    plain.push(
      await cluster(encode(trained.model, classic.matrix), { ...settings, selection: 'eom' }, undefined),
    );
    const shape = applyScaler(scaler, table, 'shape').matrix;
    const model = fitPca(shape, ours.autoencoder.latentWidth);
    pca.push(await cluster(projectPca(model, shape), settings, ours.softAssignment));
  }
  const figures = (name, runs) => ({
    [`${name}: ARI to truth`]: mean(runs.map(({ ari }) => ari)),
    [`${name}: kept after matching`]: mean(
      runs.slice(1).map((run, i) => keptAfterMatching(runs[i], run) ?? 0),
    ),
    [`${name}: kept by month`]: runs.slice(1).map((run, i) => keptAfterMatching(runs[i], run) ?? 0),
    [`${name}: noise`]: mean(runs.map(({ metrics }) => metrics.noise)),
    [`${name}: largest share`]: mean(runs.map(({ metrics }) => metrics.largestShare)),
  });
  return { ...figures('plain', plain), ...figures('PCA', pca) };
}
