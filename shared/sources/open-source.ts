import { type Source } from '../contracts/source.js';
import { SegmentsError } from '../errors.js';
import { csvSource } from './csv.js';
import { parquetSource } from './parquet.js';
import { type SourceContext, type StagedRows } from './sales-source.js';
import { withoutQuery } from './without-query.js';

/** Stages the rows of any source by its kind. Clients of other systems are loaded when one is asked for. */
export async function stageSource(source: Source, context: SourceContext): Promise<StagedRows> {
  switch (source.kind) {
    case 'csv':
      return await csvSource.stage(source, context);
    case 'parquet':
      return await parquetSource.stage(source, context);
    case 'postgres': {
      const { postgresSource } = await import('./postgres/postgres.js');
      return await postgresSource.stage(source, context);
    }
    case 'kaggle': {
      const { kaggleSource } = await import('./kaggle/kaggle.js');
      return await kaggleSource.stage(source, context);
    }
    case 'bigquery': {
      const { bigQuerySource } = await import('./bigquery/bigquery.js');
      return await bigQuerySource.stage(source, context);
    }
    case 'snowflake': {
      const { snowflakeSource } = await import('./snowflake/snowflake.js');
      return await snowflakeSource.stage(source, context);
    }
    case 'feast':
      throw new SegmentsError('SourceNotSupported', 'found a source of features; expected one of sales', {
        where: 'source.kind',
        remedy: 'Name the sales that the features were computed from.',
      });
  }
}

/** What a source is called in messages: its kind and the file, dataset or table that it names. */
export function nameOfSource(source: Source): string {
  switch (source.kind) {
    case 'csv':
    case 'parquet':
      return withoutQuery(source.path);
    case 'kaggle':
      return `kaggle:${source.dataset}`;
    case 'bigquery':
    case 'postgres':
    case 'snowflake':
      return `${source.kind}:${source.table ?? 'query'}`;
    case 'feast':
      return `feast:${source.path}`;
  }
}
