import { type FeatureSet } from '../shared/features/feature-definition.js';
import { applyScaler } from '../shared/features/scaler.js';
import { type Matrix } from '../shared/numeric/matrix.js';
import { texts } from '../shared/tabular/column.js';
import { type RunFolder } from './run-folder.js';
import { readRunInputs } from './run-inputs.js';
import { type StageTools } from './stage-tools.js';

export interface ScaledSpace {
  readonly shopIds: readonly string[];
  readonly features: readonly string[];
  /** Retailers × features, missing values at the median. */
  readonly matrix: Matrix;
}

/** A run's features of one set, scaled by its own scaler. */
export async function readScaledSpace(
  tools: Pick<StageTools, 'duckDb' | 'scratch' | 'signal'>,
  folder: RunFolder,
  set: FeatureSet,
): Promise<ScaledSpace> {
  const { features, scaler } = await readRunInputs(tools, folder);
  const { matrix, names } = applyScaler(scaler, features, set);
  return { shopIds: texts(features, 'shop_id'), features: names, matrix };
}
