/** One monthly run through the product's library functions, as the activities chain them. In memory. */
import { encode, reconstructionErrors } from '../../dist/shared/autoencoder/encode.js';
import { saveAutoencoder } from '../../dist/shared/autoencoder/save-autoencoder.js';
import { trainAutoencoder } from '../../dist/shared/autoencoder/train.js';
import { clusterByMixture } from '../../dist/shared/clustering/cluster-by-mixture.js';
import { clusterSpace } from '../../dist/shared/clustering/cluster-space.js';
import { featureNames } from '../../dist/shared/features/definitions.js';
import { applyScaler, fitScaler } from '../../dist/shared/features/scaler.js';
import { identifyRun } from '../../dist/shared/identity/identify-run.js';
import { gatherRows } from '../../dist/shared/numeric/matrix.js';
import { attributeModels } from '../../dist/shared/scoring/attribute-models.js';
import { assessStructure } from '../../dist/shared/stability/assess-structure.js';
import { compareRuns } from '../../dist/shared/stability/compare-runs.js';
import { judgeGate } from '../../dist/shared/stability/gate.js';
import { monthVolume } from '../../dist/shared/stability/month-volume.js';
import { chooseDensitySettings } from '../../dist/shared/stability/choose-density-settings.js';
import { reconstructionDrift } from '../../dist/shared/stability/reconstruction-drift.js';

const quiet = () => undefined;

function namedFeatures(table) {
  const columns = table.columns.filter(({ type }) => type === 'double');
  const data = new Float64Array(table.rows * columns.length);
  columns.forEach(({ values }, j) => values.forEach((value, i) => (data[i * columns.length + j] = value)));
  return {
    names: columns.map(({ name }) => name),
    values: { data, rows: table.rows, columns: columns.length },
  };
}

/** The labels of an earlier run by today's retailers, −2 where it has none. */
function previousLabels(shopIds, before, labels) {
  const labelOf = new Map(before.map((id, i) => [id, labels[i]]));
  return Int32Array.from(shopIds, (id) => labelOf.get(id) ?? -2);
}

/** @returns what the next month needs, and everything that is measured. `previous` is the last published run. */
export async function runMonth(month, config, previous) {
  const { asOf, shopIds, table } = month;
  const set = config.features.representation;
  const scaler = fitScaler(table, config.scaling);
  const { matrix: scaled, names } = applyScaler(scaler, table, set);
  const trained = await trainAutoencoder({
    input: scaled,
    shopIds,
    featureNames: names,
    config: config.autoencoder,
    seed: config.seed,
    initial: previous?.autoencoder,
  });
  const latent = encode(trained.model, scaled);
  const { softAssignment } = config;
  const choice = await chooseDensitySettings(
    {
      points: latent,
      config: config.hdbscan,
      softAssignment,
      previous: previous && {
        settings: previous.settings,
        labels: previousLabels(shopIds, previous.shopIds, previous.hdbscan.labels),
      },
      beside: { months: month.courses, weight: config.courses.latentWeight },
      halves: config.stability.halves,
      seed: config.seed,
      threads: 1,
    },
    quiet,
  );
  const { settings } = choice;
  const hdbscan = await clusterSpace({ points: latent, settings, softAssignment, threads: 1 }, quiet);
  const mixture = clusterByMixture(
    {
      input: scaled,
      featureNames: names,
      config: config.mixture,
      seed: config.seed,
      previous: previous?.models.mixture,
      beside: { months: month.courses, weight: config.courses.weight },
    },
    quiet,
  );
  const structureTest = await assessStructure(
    {
      latent,
      scaled,
      hdbscanLabels: hdbscan.labels,
      mixtureModel: mixture.model,
      settings,
      config,
      threads: 1,
    },
    quiet,
  );
  const identified = identifyRun({
    asOf,
    structureTest,
    months: month.courses,
    config,
    shopIds,
    latent,
    scaled,
    featureNames: names,
    hdbscan,
    softAssignment: hdbscan.softAssignment,
    mixture: { ...mixture, hardLabels: mixture.labels },
    mixtureModel: mixture.model,
    previous: previous && {
      segments: previous.models.segments,
      shopIds: previous.shopIds,
      segmentIds: previous.segmentIds,
      waiting: previous.identified.waiting,
    },
  });
  const models = {
    autoencoder: saveAutoencoder(trained.model),
    hdbscan: hdbscan.model,
    mixture: mixture.model,
    segments: identified.file,
  };
  const structure = {
    segments: identified.metrics,
    latent: hdbscan.metrics,
    mixture: mixture.metrics,
    raw: null,
    controls: { pca: null, untrained: null },
  };
  const run = {
    asOf,
    method: identified.method,
    structure,
    shopIds,
    segmentIds: identified.segmentIds,
    features: namedFeatures(table),
  };
  const drift =
    previous &&
    reconstructionDrift(
      previous.errors,
      reconstructionErrors(previous.autoencoder, applyScaler(previous.scaler, table, set).matrix),
    );
  const attribution = previous && attribute(previous, { models, scaler, table, shopIds }, set);
  const comparison = compareRuns({
    current: run,
    previous: previous?.run,
    modelFeatures: featureNames(set),
    reconstruction: drift,
    month: monthVolume(month.rowsOfMonth, asOf),
    attribution,
    structureTest,
    bootstrapJaccard: identified.bootstrapJaccard,
  });
  const gate = judgeGate(comparison, identified.metrics, config.gate);
  return {
    asOf,
    shopIds,
    table,
    scaler,
    settings,
    models,
    run,
    autoencoder: trained.model,
    errors: reconstructionErrors(trained.model, scaled),
    segmentIds: identified.segmentIds,
    identified,
    hdbscan,
    mixture,
    scaled,
    latent,
    comparison,
    gate,
  };
}

function attribute(previous, current, set) {
  const oldRows = new Map(previous.shopIds.map((id, i) => [id, i]));
  const common = current.shopIds.flatMap((id, i) => (oldRows.has(id) ? [[oldRows.get(id), i]] : []));
  if (common.length === 0) return null;
  const rows = (scaler, table, which) =>
    gatherRows(
      applyScaler(scaler, table, set).matrix,
      common.map((pair) => pair[which]),
    );
  const columns = (scaler) => scaler.sets[set].map(({ name }) => name);
  return attributeModels({
    previous: previous.models,
    current: current.models,
    oldData: {
      oldScale: rows(previous.scaler, previous.table, 0),
      newScale: rows(current.scaler, previous.table, 0),
    },
    newData: {
      oldScale: rows(previous.scaler, current.table, 1),
      newScale: rows(current.scaler, current.table, 1),
    },
    features: { oldScale: columns(previous.scaler), newScale: columns(current.scaler) },
  });
}
