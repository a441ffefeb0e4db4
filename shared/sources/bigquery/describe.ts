import { type BigQuery, type Query } from '@google-cloud/bigquery';
import { resolveColumns } from '../resolve-columns.js';
import { wrongColumnType } from '../sales-column-type.js';
import { type SalesColumn, salesColumns } from '../sales-source.js';
import { type BigQuerySource } from './client.js';

export type BigQueryColumns = Map<SalesColumn, { readonly name: string; readonly type: string }>;

/** Columns of a query's result and the bytes that it would read, for which BigQuery asks no money. */
export async function dryRun(
  client: BigQuery,
  query: Query,
): Promise<{ fields: readonly { name: string; type: string; mode?: string }[]; bytes: number }> {
  const [job] = await client.createQueryJob({ ...query, dryRun: true });
  const { statistics } = job.metadata as {
    statistics?: {
      totalBytesProcessed?: string;
      query?: {
        totalBytesProcessed?: string;
        schema?: { fields?: { name: string; type: string; mode?: string }[] };
      };
    };
  };
  return {
    fields: statistics?.query?.schema?.fields ?? [],
    bytes: Number(statistics?.totalBytesProcessed ?? statistics?.query?.totalBytesProcessed ?? 0),
  };
}

/**
 * The columns of a relation that sales are taken from.
 * @throws SegmentsError MissingColumn, SourceUnreadable
 */
export async function describe(
  client: BigQuery,
  query: Query,
  source: BigQuerySource,
  where: string,
): Promise<BigQueryColumns> {
  const { fields } = await dryRun(client, query);
  const indices = resolveColumns(
    fields.map(({ name }) => name),
    source.columns,
    where,
  );
  const columns: BigQueryColumns = new Map();
  for (const column of salesColumns) {
    const index = indices[column];
    if (index === undefined) continue;
    const { name, type, mode } = fields[index]!;
    if (mode === 'REPEATED' || !/^(STRING|INT(EGER|64)|FLOAT(64)?|(BIG)?NUMERIC)$/.test(type)) {
      throw wrongColumnType(column, { name, type: mode === 'REPEATED' ? `ARRAY<${type}>` : type }, where);
    }
    columns.set(column, { name, type });
  }
  return columns;
}
