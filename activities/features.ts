import path from 'node:path';
import { withDuckDb } from '../shared/duckdb/with-duckdb.js';
import { computeFeatures } from '../shared/features/compute-features.js';
import { selectFeatures } from '../shared/pushdown/select-features.js';
import { openRunFolder } from './run-folder.js';
import { type Stage } from './stage-of.js';

/** Both feature sets of every eligible retailer, and its months. */
export const features: Stage<'features'> = async (tools, { run, files, minActiveMonths }) => {
  const folder = openRunFolder(tools, run, files);
  const pushedDown = folder.has('retailers.parquet');
  const source = await folder.fetch(pushedDown ? 'retailers.parquet' : 'sales.parquet');
  const eligibilityPath = await folder.fetch('eligibility.parquet');
  const outputPath = path.join(tools.scratch, 'features.parquet');
  const monthsPath = path.join(tools.scratch, 'months.parquet');
  const { retailers, hasMonths } = await withDuckDb(
    { ...tools.duckDb, scratch: tools.scratch },
    async (db) => {
      const common = {
        db,
        eligibilityPath,
        outputPath,
        monthsPath,
        ...(minActiveMonths === undefined ? {} : { minActiveMonths }),
      };
      if (pushedDown) return await selectFeatures({ ...common, retailersPath: source });
      const { asOf, config } = run;
      const computed = await computeFeatures({
        ...common,
        salesPath: source,
        asOf,
        config: config.features,
      });
      return { ...computed, hasMonths: true };
    },
    tools.signal,
  );
  return {
    files: {
      'features.parquet': await folder.put('features.parquet', outputPath, retailers),
      ...(hasMonths
        ? { 'stages/months.parquet': await folder.put('stages/months.parquet', monthsPath, retailers) }
        : {}),
    },
    retailers,
    detail: `${retailers} retailers`,
  };
};
