import { join } from 'node:path';
import { type BigQuery } from '@google-cloud/bigquery';
import { type SalesSource, type SourceContext, type StagedRows } from '../sales-source.js';
import { stageCsv } from '../staged-csv.js';
import { bigQueryError } from './bigquery-error.js';
import { bigQueryClient, type BigQuerySource } from './client.js';
import { describe } from './describe.js';
import { stageExport } from './export-query.js';
import { priceQuery } from './price-query.js';
import { readQuery } from './read-query.js';
import { relationSql, salesSql } from './sales-query.js';

/** Rows of so many bytes in BigQuery come by pages in a minute or so; more go by Cloud Storage where there is a bucket. */
const defaultExportAboveBytes = 2 ** 30;

/**
 * A table or query of BigQuery. A dry run, which costs nothing, tells the columns and what the query would read; above
 * `maximumBytesBilled` it is not run. Rows come page by page and go to disk, or by way of `exportTo` where they are many. `line` is
 * the number of the row as it came: BigQuery promises no order.
 */
export const bigQuerySource: SalesSource<'bigquery'> = {
  kind: 'bigquery',
  async stage(source, context) {
    const where = `bigquery:${source.table ?? 'query'}`;
    try {
      return await stage(bigQueryClient(source, context.env), source, where, context);
    } catch (error) {
      context.signal.throwIfAborted();
      throw bigQueryError(error, where);
    }
  },
};

async function stage(
  client: BigQuery,
  source: BigQuerySource,
  where: string,
  context: SourceContext,
): Promise<StagedRows> {
  const { db, scratch, asOf } = context;
  const relation = relationSql(source, asOf);
  const params = source.parameters === undefined ? {} : { params: source.parameters };
  const columns = await describe(
    client,
    { query: `SELECT * FROM ${relation} AS source`, ...params },
    source,
    where,
  );
  const query = { query: salesSql(relation, columns), ...params };
  const price = await priceQuery(client, query, source.maximumBytesBilled, where, context);
  if (
    source.exportTo !== undefined &&
    price.bytesRead >= (source.exportAboveBytes ?? defaultExportAboveBytes)
  ) {
    return await stageExport(client, { ...price, query, exportTo: source.exportTo, where }, context);
  }
  const names = [...columns.keys()];
  const csv = join(scratch, 'rows.csv');
  const { rows, bytes, sha256, version } = await readQuery(
    client,
    { ...price, query, columns: names, path: csv },
    context,
  );
  const fingerprint = { kind: 'bigquery', sha256, bytes, version } as const;
  return await stageCsv(db, scratch, { csv, columns: names, rows, where, fingerprint });
}
