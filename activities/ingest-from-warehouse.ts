import { type AsOfMonth } from '../shared/contracts/as-of-month.js';
import { type IngestResult, type RunContext } from '../shared/contracts/stage-activities.js';
import { withDuckDb } from '../shared/duckdb/with-duckdb.js';
import { ingestRetailers } from '../shared/pushdown/ingest-retailers.js';
import { type PushedDownSource } from '../shared/pushdown/open-warehouse.js';
import { monthAsked } from './month-asked.js';
import { openRunFolder } from './run-folder.js';
import { type StageTools } from './stage-tools.js';

/** What an attempt keeps for the next one. */
interface Pinned {
  readonly snapshot?: string;
}

/** Brings a row a retailer into the store, as a warehouse computed it, and a sample of what it refused. */
export async function ingestFromWarehouse(
  tools: StageTools,
  run: Omit<RunContext, 'asOf'> & { readonly asOf: AsOfMonth | undefined },
  source: PushedDownSource,
  retailers: readonly string[] | undefined,
): Promise<IngestResult> {
  const asOf = monthAsked(
    run.asOf,
    'as source.pushdown is true',
    'Give asOf: the warehouse is asked about one month. Or leave source.pushdown out.',
  );
  const folder = openRunFolder(tools, run, {});
  const ingested = await withDuckDb(
    { ...tools.duckDb, scratch: tools.scratch },
    (db) =>
      ingestRetailers({
        db,
        source,
        asOf,
        config: run.config,
        scratch: tools.scratch,
        retailers,
        onProgress: tools.onProgress,
        signal: tools.signal,
        env: tools.env,
        snapshot: (tools.lastCheckpoint as Pinned | undefined)?.snapshot,
        keepSnapshot: (snapshot) => tools.checkpoint({ snapshot } satisfies Pinned),
      }),
    tools.signal,
  );
  const { counts, month, fingerprint, leftWarehouse } = ingested;
  const { rejectedKept } = leftWarehouse;
  return {
    files: {
      'retailers.parquet': await folder.put('retailers.parquet', ingested.retailersPath, ingested.retailers),
      'rejected.csv': await folder.put('rejected.csv', ingested.rejectedPath, rejectedKept),
    },
    asOf,
    counts,
    month,
    fingerprint,
    leftWarehouse,
    detail: `${counts.used} of ${counts.read} rows, ${counts.rejected} refused; ${leftWarehouse.rows} rows left the warehouse`,
  };
}
