import { type FeatureSet } from '../shared/features/feature-definition.js';
import { parseScaler } from '../shared/features/scaler-file.js';
import { applyScaler } from '../shared/features/scaler.js';
import { type Matrix } from '../shared/numeric/matrix.js';
import { texts } from '../shared/tabular/column.js';
import { readTable } from './parquet-io.js';
import { type RunFolder } from './run-folder.js';
import { type StageTools } from './stage-tools.js';

export interface ScaledSpace {
  readonly shopIds: readonly string[];
  readonly features: readonly string[];
  /** Retailers × features, missing values at the median. */
  readonly matrix: Matrix;
}

/** A run's features of one set, scaled by its own scaler, or by that of `scaledBy`. */
export async function readScaledSpace(
  tools: Pick<StageTools, 'duckDb' | 'scratch' | 'signal'>,
  folder: RunFolder,
  set: FeatureSet,
  scaledBy: RunFolder = folder,
): Promise<ScaledSpace> {
  const table = await readTable(tools, folder, 'features.parquet');
  const scaler = parseScaler(new TextDecoder().decode(await scaledBy.read('scaler.json')));
  const { matrix, names } = applyScaler(scaler, table, set);
  return { shopIds: texts(table, 'shop_id'), features: names, matrix };
}
