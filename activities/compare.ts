import { reconstructionErrors } from '../shared/autoencoder/encode.js';
import { loadAutoencoder } from '../shared/autoencoder/load-autoencoder.js';
import { type CompareResult } from '../shared/contracts/stage-activities.js';
import { featureNames } from '../shared/features/definitions.js';
import { sameNames } from '../shared/features/same-names.js';
import { applyScaler, type ScaledFeatures } from '../shared/features/scaler.js';
import { type FeatureSet } from '../shared/features/feature-definition.js';
import { gatherRows, type Matrix } from '../shared/numeric/matrix.js';
import { clusterInsightsCsv } from '../shared/report/cluster-insights.js';
import { type SavedModels } from '../shared/scoring/attribute-models.js';
import { type ComparedRun, compareRuns } from '../shared/stability/compare-runs.js';
import { type ChangeAttribution } from '../shared/stability/change-attribution.js';
import { type RunStructure } from '../shared/stability/comparison-schema.js';
import { type NamedFeatures } from '../shared/stability/feature-drift.js';
import { keptAfterMatching } from '../shared/stability/kept-after-matching.js';
import { reconstructionDrift } from '../shared/stability/reconstruction-drift.js';
import { transitionColumns } from '../shared/stability/transition-matrix.js';
import { doubles, type Table, texts, valuesOf } from '../shared/tabular/column.js';
import { csvText } from '../shared/tabular/csv.js';
import { type Manifest } from '../shared/artifacts/manifest.js';
import { clustersOf } from './clusters-table.js';
import { readTable } from './parquet-io.js';
import { openStoredRun, type StoredRun } from './previous-run.js';
import { openRunFolder, type RunFolder } from './run-folder.js';
import { readRunInputs, type RunInputs } from './run-inputs.js';
import { savedModels } from './saved-models.js';
import { type Stage } from './stage-of.js';
import { type StageTools } from './stage-tools.js';

type PreviousRun = StoredRun & RunInputs & { readonly models: SavedModels };

const spaces = ['latent', 'mixture', 'raw', 'pca', 'untrained'] as const;

/** This run beside the previous one: agreement, what moved, drift of the data and of the model. */
export const compare: Stage<'compare'> = async (tools, { run, files, findings }) => {
  const folder = openRunFolder(tools, run, files);
  const previous = findings.previous && (await openStoredRun(tools, run.store, findings.previous));
  const set = run.config.features.representation;
  const inputs = await readRunInputs(tools, folder);
  const before = previous && {
    ...previous,
    ...(await readRunInputs(tools, previous.folder)),
    models: await savedModels(previous.folder),
  };
  const crossed = before && applyScaler(before.scaler, inputs.features, set);
  const current = await comparedRun(tools, folder, inputs.features, {
    asOf: run.asOf,
    method: findings.identify.method,
    structure: {
      segments: findings.identify.metrics,
      latent: findings.latent.metrics,
      mixture: findings.mixture.metrics,
      raw: findings.raw?.metrics ?? null,
      controls: { pca: findings.controls.pca, untrained: findings.controls.untrained },
    },
  });
  const comparison = compareRuns({
    current,
    modelFeatures: featureNames(set),
    previous:
      before && (await comparedRun(tools, before.folder, before.features, structureOf(before.manifest))),
    reconstruction: before && (await drift(tools, before, crossed!)),
    bootstrapJaccard: new Map(Object.entries(findings.identify.bootstrapJaccard)),
    structureTest: findings.identify.structureTest,
    attribution:
      before &&
      (await attribution(tools, before, { ...inputs, models: await savedModels(folder) }, crossed!, set)),
    month: findings.ingest.month,
  });

  const keptBySpace = Object.fromEntries(
    await Promise.all(
      spaces.map(async (space) => [space, await kept(tools, folder, previous?.folder, space)]),
    ),
  ) as CompareResult['keptBySpace'];
  const { matrix, ...rest } = comparison;
  const transitions = csvText([
    { name: transitionColumns[0], type: 'text', values: matrix.map(({ from }) => from) },
    { name: transitionColumns[1], type: 'text', values: matrix.map(({ to }) => to) },
    {
      name: transitionColumns[2],
      type: 'int',
      values: Int32Array.from(matrix, ({ retailers }) => retailers),
    },
    {
      name: transitionColumns[3],
      type: 'double',
      values: Float64Array.from(matrix, ({ shareOfFrom }) => shareOfFrom),
    },
    {
      name: transitionColumns[4],
      type: 'double',
      values: Float64Array.from(matrix, ({ shareOfTo }) => shareOfTo),
    },
  ]);
  const insightsCsv = await insights(tools, folder, inputs.features);
  return {
    files: {
      'comparison.json': await folder.write(
        'comparison.json',
        `${JSON.stringify({ ...rest, matrix }, null, 2)}\n`,
      ),
      'transitions.csv': await folder.write('transitions.csv', transitions, matrix.length),
      'cluster_insights.csv': await folder.write(
        'cluster_insights.csv',
        insightsCsv,
        insightsCsv.split('\n').length - 2,
      ),
    },
    shareKept: comparison.kept.share,
    adjustedRandIndex: comparison.agreement.withNoise?.adjustedRandIndex ?? null,
    keptBySpace,
    detail:
      comparison.kept.share === null
        ? 'first run: nothing to compare with'
        : `${(100 * comparison.kept.share).toFixed(1)}% kept their segment, ${comparison.retailers.common} retailers in both`,
  };
};

function structureOf({ asOf, summary }: Manifest): {
  asOf: string;
  method: 'hdbscan' | 'mixture';
  structure: RunStructure;
} {
  return {
    asOf,
    method: summary.method,
    structure: {
      segments: summary.segments,
      latent: summary.latent,
      mixture: summary.mixture,
      raw: summary.raw,
      controls: summary.controls,
    },
  };
}

async function comparedRun(
  tools: StageTools,
  folder: RunFolder,
  features: Table,
  known: { asOf: string; method: 'hdbscan' | 'mixture'; structure: RunStructure },
): Promise<ComparedRun> {
  const assignments = await readTable(tools, folder, 'assignments.parquet', ['shop_id', 'segment_id']);
  return {
    ...known,
    shopIds: texts(assignments, 'shop_id'),
    segmentIds: valuesOf(assignments, 'segment_id', 'text'),
    features: namedFeatures(features),
  };
}

export function namedFeatures(table: Table): NamedFeatures {
  const names = table.columns.filter(({ type }) => type === 'double').map(({ name }) => name);
  const data = new Float64Array(table.rows * names.length);
  names.forEach((name, j) =>
    doubles(table, name).forEach((value, i) => (data[i * names.length + j] = value)),
  );
  return { names, values: { data, rows: table.rows, columns: names.length } };
}

/** How well the previous model explains this month's retailers, beside its own: the data's drift, not the model's. */
async function drift(
  tools: StageTools,
  previous: PreviousRun,
  crossed: ScaledFeatures,
): Promise<ReturnType<typeof reconstructionDrift> | null> {
  const { modelJson, weightsBin } = previous.models.autoencoder;
  const model = loadAutoencoder(modelJson, weightsBin);
  if (!sameNames(model.featureNames, crossed.names)) return null;
  const latent = await readTable(tools, previous.folder, 'stages/latent.parquet', ['reconstruction_error']);
  return reconstructionDrift(
    doubles(latent, 'reconstruction_error'),
    reconstructionErrors(model, crossed.matrix),
  );
}

/** Both runs' models on both months' data, for the retailers in both: whether the data, or what we made of it, changed. */
async function attribution(
  tools: StageTools,
  previous: PreviousRun,
  current: RunInputs & { readonly models: SavedModels },
  /** This month's features as the previous run scales them. */
  crossed: ScaledFeatures,
  set: FeatureSet,
): Promise<ChangeAttribution | null> {
  const oldRows = new Map(texts(previous.features, 'shop_id').map((id, i) => [id, i]));
  const common = texts(current.features, 'shop_id').flatMap((id, i) =>
    oldRows.has(id) ? [{ old: oldRows.get(id)!, now: i }] : [],
  );
  if (common.length === 0) return null;
  const rows = ({ matrix }: ScaledFeatures, month: 'old' | 'now'): Matrix =>
    gatherRows(
      matrix,
      common.map((at) => at[month]),
    );
  const [old, now] = [
    applyScaler(previous.scaler, previous.features, set),
    applyScaler(current.scaler, current.features, set),
  ];
  const oldInNew = applyScaler(current.scaler, previous.features, set);
  return tools.compute.run(
    'attributeModels',
    {
      previous: previous.models,
      current: current.models,
      oldData: { oldScale: rows(old, 'old'), newScale: rows(oldInNew, 'old') },
      newData: { oldScale: rows(crossed, 'now'), newScale: rows(now, 'now') },
      features: { oldScale: old.names, newScale: now.names },
    },
    tools,
  );
}

/** Share of common retailers that stayed in their cluster of one space, once the clusters of both runs are matched. */
async function kept(
  tools: StageTools,
  folder: RunFolder,
  previous: RunFolder | undefined,
  space: string,
): Promise<number | null> {
  const name = `stages/clusters-${space}.parquet`;
  if (previous === undefined || !folder.has(name) || !previous.has(name)) return null;
  const now = clustersOf(await readTable(tools, folder, name));
  const before = clustersOf(await readTable(tools, previous, name));
  return keptAfterMatching(before, now);
}

async function insights(tools: StageTools, folder: RunFolder, features: Table): Promise<string> {
  const labels = async (space: string): Promise<Int32Array> =>
    clustersOf(await readTable(tools, folder, `stages/clusters-${space}.parquet`)).labels;
  const spaces = [{ space: 'latent', labels: await labels('latent') }];
  if (folder.has('stages/clusters-raw.parquet')) spaces.push({ space: 'raw', labels: await labels('raw') });
  return clusterInsightsCsv({ features: namedFeatures(features), spaces });
}
