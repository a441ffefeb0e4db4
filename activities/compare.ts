import { reconstructionErrors } from '../shared/autoencoder/encode.js';
import { type CompareResult } from '../shared/contracts/stage-activities.js';
import { featureNames } from '../shared/features/definitions.js';
import { sameNames } from '../shared/features/same-names.js';
import { type FeatureSet } from '../shared/features/feature-definition.js';
import { gatherRows, type Matrix } from '../shared/numeric/matrix.js';
import { clusterInsightsCsv } from '../shared/report/cluster-insights.js';
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
import { savedModels } from './saved-models.js';
import { readScaledSpace, type ScaledSpace } from './scaled-space.js';
import { type Stage } from './stage-of.js';
import { type StageTools } from './stage-tools.js';
import { loadModel } from './train-autoencoder.js';

const spaces = ['latent', 'mixture', 'raw', 'pca', 'untrained'] as const;

/** This run beside the previous one: agreement, what moved, drift of the data and of the model. */
export const compare: Stage<'compare'> = async (tools, { run, files, findings }) => {
  const folder = openRunFolder(tools, run, files);
  const previous = findings.previous && (await openStoredRun(tools, run.store, findings.previous));
  const features = await readTable(tools, folder, 'features.parquet');
  const current = await comparedRun(tools, folder, features, {
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
    modelFeatures: featureNames(run.config.features.representation),
    previous:
      previous && (await comparedRun(tools, previous.folder, undefined, structureOf(previous.manifest))),
    reconstruction: previous && (await drift(tools, folder, previous, run.config.features.representation)),
    bootstrapJaccard: new Map(Object.entries(findings.identify.bootstrapJaccard)),
    structureTest: findings.identify.structureTest,
    attribution:
      previous && (await attribution(tools, folder, previous.folder, run.config.features.representation)),
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
  const insightsCsv = await insights(tools, folder, features);
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
  features: Table | undefined,
  known: { asOf: string; method: 'hdbscan' | 'mixture'; structure: RunStructure },
): Promise<ComparedRun> {
  const assignments = await readTable(tools, folder, 'assignments.parquet', ['shop_id', 'segment_id']);
  return {
    ...known,
    shopIds: texts(assignments, 'shop_id'),
    segmentIds: valuesOf(assignments, 'segment_id', 'text'),
    features: namedFeatures(features ?? (await readTable(tools, folder, 'features.parquet'))),
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
async function drift(tools: StageTools, folder: RunFolder, previous: StoredRun, set: 'shape' | 'classic') {
  const { matrix, features } = await readScaledSpace(tools, folder, set, previous.folder);
  const model = await loadModel(previous.folder);
  if (!sameNames(model.featureNames, features)) return null;
  const latent = await readTable(tools, previous.folder, 'stages/latent.parquet', ['reconstruction_error']);
  return reconstructionDrift(doubles(latent, 'reconstruction_error'), reconstructionErrors(model, matrix));
}

/** Both runs' models on both months' data, for the retailers in both: whether the data, or what we made of it, changed. */
async function attribution(
  tools: StageTools,
  folder: RunFolder,
  previous: RunFolder,
  set: FeatureSet,
): Promise<ChangeAttribution | null> {
  const read = async (data: RunFolder, scaledBy: RunFolder): Promise<ScaledSpace> =>
    readScaledSpace(tools, data, set, scaledBy);
  const [old, now] = [await read(previous, previous), await read(folder, previous)];
  const oldRows = new Map(old.shopIds.map((id, i) => [id, i]));
  const common = now.shopIds.flatMap((id, i) => (oldRows.has(id) ? [{ old: oldRows.get(id)!, now: i }] : []));
  if (common.length === 0) return null;
  const [oldInNew, nowInNew] = [await read(previous, folder), await read(folder, folder)];
  const rows = ({ matrix }: ScaledSpace, month: 'old' | 'now'): Matrix =>
    gatherRows(
      matrix,
      common.map((at) => at[month]),
    );
  return tools.compute.run(
    'attributeModels',
    {
      previous: await savedModels(previous),
      current: await savedModels(folder),
      oldData: { oldScale: rows(old, 'old'), newScale: rows(oldInNew, 'old') },
      newData: { oldScale: rows(now, 'now'), newScale: rows(nowInNew, 'now') },
      features: { oldScale: old.features, newScale: nowInNew.features },
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
