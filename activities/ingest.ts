import { withDuckDb } from '../shared/duckdb/with-duckdb.js';
import { isPushedDown } from '../shared/pushdown/open-warehouse.js';
import { ingestSales } from '../shared/sources/ingest-sales.js';
import { ingestFromFeast } from './ingest-from-feast.js';
import { ingestFromWarehouse } from './ingest-from-warehouse.js';
import { readMonthVolume } from './read-month-volume.js';
import { openRunFolder } from './run-folder.js';
import { type Stage } from './stage-of.js';

/** Brings the source's rows up to the as-of month into the store, and what was refused beside them. */
export const ingest: Stage<'ingest'> = async (tools, { run, source, retailers }) => {
  if (isPushedDown(source)) return await ingestFromWarehouse(tools, run, source, retailers);
  if (source.kind === 'feast') return await ingestFromFeast(tools, run, source, retailers);
  const folder = openRunFolder(tools, run, {});
  const ingested = await withDuckDb(
    { ...tools.duckDb, scratch: tools.scratch },
    (db) =>
      ingestSales({
        db,
        source,
        asOf: run.asOf,
        config: run.config.ingest,
        scratch: tools.scratch,
        ...(retailers === undefined ? {} : { retailers }),
        onProgress: tools.onProgress,
        signal: tools.signal,
        env: tools.env,
      }),
    tools.signal,
  );
  const { asOf, counts, fingerprint } = ingested;
  return {
    files: {
      'sales.parquet': await folder.put('sales.parquet', ingested.salesPath, ingested.salesRows),
      'rejected.csv': await folder.put('rejected.csv', ingested.rejectedPath, counts.rejected),
    },
    asOf,
    counts: {
      read: counts.read,
      used: counts.used,
      rejected: counts.rejected,
      rejectedByReason: counts.rejectedByReason,
      duplicatesSummed: counts.duplicatesSummed,
      afterAsOf: counts.afterAsOf,
      firstMonth: counts.firstMonth,
      lastMonth: counts.lastMonth,
    },
    month: await readMonthVolume(tools, ingested.salesPath, asOf),
    fingerprint,
    detail: `${counts.used} of ${counts.read} rows, ${counts.rejected} refused`,
  };
};
