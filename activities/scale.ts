import { serialiseScaler } from '../shared/features/scaler-file.js';
import { fitScaler } from '../shared/features/scaler.js';
import { readTable } from './parquet-io.js';
import { openRunFolder } from './run-folder.js';
import { type Stage } from './stage-of.js';

/** Centre and scale of every feature, and what was missing. */
export const scale: Stage<'scale'> = async (tools, { run, files }) => {
  const folder = openRunFolder(tools, run, files);
  const scaler = fitScaler(await readTable(tools, folder, 'features.parquet'), run.config.scaling);
  const gaps = [...scaler.sets.classic, ...scaler.sets.shape].filter(({ missing }) => missing > 0);
  const filled = gaps.reduce((sum, { missing }) => sum + missing, 0);
  return {
    files: { 'scaler.json': await folder.write('scaler.json', serialiseScaler(scaler)) },
    missing: Object.fromEntries(gaps.map(({ name, missing }) => [name, missing])),
    leftOut: scaler.leftOut,
    detail:
      `${filled} missing values filled` +
      (scaler.leftOut.length > 0 ? `, without ${scaler.leftOut.join(', ')}` : ''),
  };
};
