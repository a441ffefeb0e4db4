import { join } from 'node:path';
import { type BigQuery } from '@google-cloud/bigquery';
import { type SalesSource, type SourceContext } from '../sales-source.js';
import { type HandedOver, stageCsv } from '../staged-csv.js';
import { bigQueryError } from './bigquery-error.js';
import { bigQueryClient, type BigQuerySource } from './client.js';
import { describe } from './describe.js';
import { readQuery } from './read-query.js';
import { relationSql, salesSql } from './sales-query.js';

/**
 * A table or query of BigQuery. A dry run, which costs nothing, tells the columns and what the query would read; above
 * `maximumBytesBilled` it is not run. Rows come page by page and go to disk. `line` is the number of the row as it came:
 * BigQuery promises no order.
 */
export const bigQuerySource: SalesSource<'bigquery'> = {
  kind: 'bigquery',
  async stage(source, context) {
    const { db, scratch, env, signal } = context;
    const where = `bigquery:${source.table ?? 'query'}`;
    const client = bigQueryClient(source, env);
    try {
      return await stageCsv(db, scratch, await download(client, source, where, context));
    } catch (error) {
      signal.throwIfAborted();
      throw bigQueryError(error, where);
    }
  },
};

async function download(
  client: BigQuery,
  source: BigQuerySource,
  where: string,
  { scratch, asOf, onProgress, signal }: SourceContext,
): Promise<HandedOver> {
  const relation = relationSql(source, asOf);
  const params = source.parameters === undefined ? {} : { params: source.parameters };
  const columns = await describe(
    client,
    { query: `SELECT * FROM ${relation} AS source`, ...params },
    source,
    where,
  );
  const names = [...columns.keys()];
  const csv = join(scratch, 'rows.csv');
  const { rows, bytes, sha256, version } = await readQuery(
    client,
    {
      query: { query: salesSql(relation, columns), ...params },
      columns: names,
      maximumBytesBilled: source.maximumBytesBilled,
      path: csv,
      where,
    },
    { onProgress, signal },
  );
  return { csv, columns: names, rows, where, fingerprint: { kind: 'bigquery', sha256, bytes, version } };
}
