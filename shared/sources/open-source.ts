import { type Source } from '../contracts/source.js';
import { SegmentsError } from '../errors.js';
import { csvSource } from './csv.js';
import { parquetSource } from './parquet.js';
import { type SourceContext, type StagedRows } from './sales-source.js';

/** Stages the rows of any source by its kind. */
export async function stageSource(source: Source, context: SourceContext): Promise<StagedRows> {
  switch (source.kind) {
    case 'csv':
      return await csvSource.stage(source, context);
    case 'parquet':
      return await parquetSource.stage(source, context);
    case 'kaggle':
    case 'bigquery':
    case 'postgres':
    case 'snowflake':
    case 'feast':
      throw new SegmentsError(
        'SourceNotSupported',
        `found source kind ${source.kind}; this version reads csv and parquet`,
        {
          where: 'source.kind',
          remedy: 'Export the sales to CSV or Parquet and name that file: csv:FILE or parquet:FILE.',
        },
      );
  }
}
