import { type z } from 'zod';
import { type Config, hdbscanConfigSchema } from '../contracts/config.js';
import { type ClusterOptions } from './hdbscan/index.js';

/** HDBSCAN's settings with nothing left open. */
export const densitySettingsSchema = hdbscanConfigSchema
  .omit({ candidates: true })
  .required({ selection: true, minSamples: true, minClusterSizeShare: true });

export type DensitySettings = z.infer<typeof densitySettingsSchema>;

/** What is used where nothing is chosen: the baseline on raw features, which is taken as it comes. */
const usual = { selection: 'leaf', minSamples: 5, minClusterSizeShare: 0.03 } as const;

/** The smallest group that counts: below five, "cluster" has no meaning for a segment. */
const smallestCluster = 5;

/** How the tree of so many retailers is cut, where they are drawn from `everyone`: a number of retailers shrinks with them. */
export function clusterOptionsOf(
  settings: DensitySettings,
  retailers: number,
  everyone = retailers,
): ClusterOptions {
  const { minClusterSize, minClusterSizeShare, selection, selectionEpsilon, allowSingleCluster } = settings;
  return {
    minClusterSize:
      minClusterSize === undefined
        ? Math.max(smallestCluster, Math.round(minClusterSizeShare * retailers))
        : Math.max(2, Math.round((minClusterSize * retailers) / everyone)),
    selection,
    selectionEpsilon,
    allowSingleCluster,
  };
}

/** The config's settings, and the usual ones where it sets none. */
export function usualSettings(config: Config['hdbscan']): DensitySettings {
  const { selection, minSamples, minClusterSizeShare, minClusterSize } = config;
  return {
    selection: selection ?? usual.selection,
    minSamples: minSamples ?? usual.minSamples,
    minClusterSizeShare: minClusterSizeShare ?? usual.minClusterSizeShare,
    ...(minClusterSize === undefined ? {} : { minClusterSize }),
    selectionEpsilon: config.selectionEpsilon,
    allowSingleCluster: config.allowSingleCluster,
  };
}

/** Every combination of what the config sets, or else lets be tried; one where it sets everything. */
export function settingsCandidates(config: Config['hdbscan']): readonly DensitySettings[] {
  const set = usualSettings(config);
  const { candidates, minClusterSize } = config;
  const selections = config.selection === undefined ? candidates.selection : [config.selection];
  const samples = config.minSamples === undefined ? candidates.minSamples : [config.minSamples];
  const shares =
    config.minClusterSizeShare === undefined && minClusterSize === undefined
      ? candidates.minClusterSizeShare
      : [set.minClusterSizeShare];
  return selections.flatMap((selection) =>
    samples.flatMap((minSamples) =>
      shares.map((minClusterSizeShare) => ({ ...set, selection, minSamples, minClusterSizeShare })),
    ),
  );
}

/** Whether two settings cut alike, whatever is counted. */
export function sameSettings(a: DensitySettings, b: DensitySettings): boolean {
  return (
    a.selection === b.selection &&
    a.minSamples === b.minSamples &&
    a.minClusterSize === b.minClusterSize &&
    (a.minClusterSize !== undefined || a.minClusterSizeShare === b.minClusterSizeShare) &&
    a.selectionEpsilon === b.selectionEpsilon &&
    a.allowSingleCluster === b.allowSingleCluster
  );
}

/** "leaf, 10 neighbours, 2% at least". */
export function describeSettings(settings: DensitySettings): string {
  const { selection, minSamples, minClusterSize, minClusterSizeShare } = settings;
  const size =
    minClusterSize === undefined
      ? `${Number((100 * minClusterSizeShare).toFixed(2))}% of the retailers`
      : `${minClusterSize} retailers`;
  const words = selection === 'leaf' ? 'leaf clusters' : 'excess of mass';
  return `${words}, ${minSamples} neighbours, at least ${size}`;
}
