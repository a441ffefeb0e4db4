import { parseScaler } from '../shared/features/scaler-file.js';
import { type Scaler } from '../shared/features/scaler.js';
import { type Table } from '../shared/tabular/column.js';
import { readTable } from './parquet-io.js';
import { type RunFolder } from './run-folder.js';
import { type StageTools } from './stage-tools.js';

/** What a run was made from: a row a retailer, and how its values were scaled. */
export interface RunInputs {
  readonly features: Table;
  readonly scaler: Scaler;
}

export async function readRunInputs(
  tools: Pick<StageTools, 'duckDb' | 'scratch' | 'signal'>,
  folder: RunFolder,
): Promise<RunInputs> {
  return {
    features: await readTable(tools, folder, 'features.parquet'),
    scaler: parseScaler(new TextDecoder().decode(await folder.read('scaler.json'))),
  };
}
