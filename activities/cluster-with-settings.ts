import { type ClusteredSpace } from '../shared/clustering/cluster-space.js';
import { describeSettings, type DensitySettings } from '../shared/clustering/density-settings.js';
import { type Reference } from '../shared/contracts/reference.js';
import { type RunContext, type RunPointer } from '../shared/contracts/stage-activities.js';
import { monthsWeight } from '../shared/courses/months-weight.js';
import { type RetailerMonths } from '../shared/courses/retailer-months.js';
import { type Matrix } from '../shared/numeric/matrix.js';
import { type SettingsRequest } from '../shared/stability/choose-density-settings.js';
import { parseSettingsFile, settingsFile, settingsName } from '../shared/stability/settings-file.js';
import { clustersColumns, clustersOf } from './clusters-table.js';
import { readTable, writeTable } from './parquet-io.js';
import { openStoredRun } from './previous-run.js';
import { openRunFolder, type RunFolder } from './run-folder.js';
import { type StageTools } from './stage-tools.js';

export interface SettledClusters {
  readonly clustered: ClusteredSpace;
  readonly files: Readonly<Record<string, Reference>>;
  /** "leaf clusters, 10 neighbours, at least 2% of the retailers, as before". */
  readonly words: string;
}

/** Chooses HDBSCAN's settings for a space, beside what the previous run had there, clusters it, and writes both down. */
export async function clusterWithSettings(
  tools: StageTools,
  input: {
    readonly run: RunContext;
    readonly previous: RunPointer | undefined;
    readonly space: 'latent' | 'pca' | 'untrained';
    readonly shopIds: readonly string[];
    readonly points: Matrix;
    readonly months: RetailerMonths | undefined;
  },
): Promise<SettledClusters> {
  const { run, space, shopIds, points, months } = input;
  const { hdbscan, softAssignment, stability, courses, seed } = run.config;
  const { threads } = tools.duckDb;
  const before = input.previous && (await openStoredRun(tools, run.store, input.previous)).folder;
  const choice = await tools.compute.run(
    'chooseDensitySettings',
    {
      points,
      config: hdbscan,
      softAssignment,
      previous: before && (await clustersBefore(tools, before, space, shopIds)),
      beside: months && { months, weight: monthsWeight(courses, 'hdbscan') },
      halves: stability.halves,
      seed,
      threads,
    },
    tools,
  );
  const clustered = await tools.compute.run(
    'clusterSpace',
    { points, settings: choice.settings, softAssignment, threads },
    tools,
  );
  const folder = openRunFolder(tools, run, {});
  const table = `stages/clusters-${space}.parquet`;
  const settings = settingsName(space);
  return {
    clustered,
    files: {
      [settings]: await folder.write(settings, settingsFile(choice)),
      [table]: await writeTable(tools, folder, table, clustersColumns({ shopIds, ...clustered })),
    },
    words: `${describeSettings(choice.settings)}${choice.held ? ', as before' : ''}`,
  };
}

/** The settings that a run used in a space; undefined for a run of a version that kept none. */
export async function readSettings(folder: RunFolder, space: string): Promise<DensitySettings | undefined> {
  const name = settingsName(space);
  return folder.has(name) ? parseSettingsFile(await folder.read(name), name).settings : undefined;
}

async function clustersBefore(
  tools: StageTools,
  folder: RunFolder,
  space: string,
  shopIds: readonly string[],
): Promise<SettingsRequest['previous']> {
  const name = `stages/clusters-${space}.parquet`;
  const settings = await readSettings(folder, space);
  if (settings === undefined || !folder.has(name)) return undefined;
  const before = clustersOf(await readTable(tools, folder, name));
  const labelOf = new Map(before.shopIds.map((id, i) => [id, before.labels[i]!]));
  return {
    settings,
    labels: Int32Array.from(shopIds, (id) => labelOf.get(id) ?? -2),
  };
}
