import { type AsOfMonth } from '../shared/contracts/as-of-month.js';
import { type Source } from '../shared/contracts/source.js';
import { type IngestResult, type RunContext } from '../shared/contracts/stage-activities.js';
import { withDuckDb } from '../shared/duckdb/with-duckdb.js';
import { ingestFeatures } from '../shared/sources/feast/ingest-features.js';
import { monthAsked } from './month-asked.js';
import { openRunFolder } from './run-folder.js';
import { type StageTools } from './stage-tools.js';

/** Brings a row of features a retailer into the store, in place of sales. */
export async function ingestFromFeast(
  tools: StageTools,
  run: Omit<RunContext, 'asOf'> & { readonly asOf: AsOfMonth | undefined },
  source: Extract<Source, { kind: 'feast' }>,
  retailers: readonly string[] | undefined,
): Promise<IngestResult> {
  const asOf = monthAsked(run.asOf, 'for features hold as of a time', 'Give asOf.');
  const folder = openRunFolder(tools, run, {});
  const ingested = await withDuckDb(
    { ...tools.duckDb, scratch: tools.scratch },
    (db) =>
      ingestFeatures({
        db,
        source,
        asOf,
        config: run.config.ingest,
        scratch: tools.scratch,
        retailers,
        onProgress: tools.onProgress,
        signal: tools.signal,
        env: tools.env,
      }),
    tools.signal,
  );
  const { counts, fingerprint } = ingested;
  return {
    files: {
      'retailers.parquet': await folder.put('retailers.parquet', ingested.retailersPath, ingested.retailers),
      'rejected.csv': await folder.put('rejected.csv', ingested.rejectedPath, counts.rejected),
    },
    asOf,
    counts,
    // Features say nothing of how full a month is.
    month: null,
    fingerprint,
    detail: `${counts.used} retailers of ${counts.read} rows, ${counts.rejected} refused`,
  };
}
