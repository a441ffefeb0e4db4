import path from 'node:path';
import { withDuckDb } from '../shared/duckdb/with-duckdb.js';
import { judgeEligibility } from '../shared/eligibility/judge-eligibility.js';
import { openRunFolder } from './run-folder.js';
import { type Stage } from './stage-of.js';

/** Judges every retailer: enough history to be segmented, or why not. */
export const eligibility: Stage<'eligibility'> = async (tools, { run, files, nobodyIsAnError }) => {
  const folder = openRunFolder(tools, run, files);
  const counted = folder.has('retailers.parquet')
    ? { retailersPath: await folder.fetch('retailers.parquet') }
    : { salesPath: await folder.fetch('sales.parquet') };
  const outputPath = path.join(tools.scratch, 'eligibility.parquet');
  const counts = await withDuckDb(
    { ...tools.duckDb, scratch: tools.scratch },
    (db) =>
      judgeEligibility({
        db,
        ...counted,
        asOf: run.asOf,
        config: run.config.eligibility,
        outputPath,
        nobodyIsAnError,
      }),
    tools.signal,
  );
  return {
    files: { 'eligibility.parquet': await folder.put('eligibility.parquet', outputPath, counts.retailers) },
    ...counts,
    detail: `${counts.eligible} of ${counts.retailers} retailers`,
  };
};
