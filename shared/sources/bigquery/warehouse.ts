import { type BigQuery } from '@google-cloud/bigquery';
import { monthIndex } from '../../contracts/as-of-month.js';
import { answerColumns } from '../../pushdown/answer.js';
import { retailersSql } from '../../pushdown/retailers-sql.js';
import {
  type Warehouse,
  type WarehouseAnswer,
  type WarehouseContext,
  type WarehouseQuestion,
} from '../../pushdown/warehouse.js';
import { bigQueryDialect } from '../../sql/bigquery-dialect.js';
import { bigQueryError } from './bigquery-error.js';
import { bigQueryClient, type BigQuerySource } from './client.js';
import { columnExpressions } from './column-expressions.js';
import { describe } from './describe.js';
import { priceQuery } from './price-query.js';
import { readQuery } from './read-query.js';
import { relationSql } from './sales-query.js';

/** Name of the query parameter that holds the retailers asked for. */
const askedParameter = 'segments_retailers';

/**
 * BigQuery computing eligibility and features itself. A table is read as of one time, which is BigQuery's own clock at the first
 * attempt unless the source says another: an attempt that follows reads the same. Views and queries know no such time; one
 * statement reads one state of theirs.
 */
export const bigQueryWarehouse: Warehouse<'bigquery'> = {
  async ask(source, question, context) {
    const where = `bigquery:${source.table ?? 'query'}`;
    try {
      return await ask(bigQueryClient(source, context.env), source, question, where, context);
    } catch (error) {
      context.signal.throwIfAborted();
      throw bigQueryError(error, where);
    }
  },
};

async function ask(
  client: BigQuery,
  given: BigQuerySource,
  { asOf, windowMonths, retailers }: WarehouseQuestion,
  where: string,
  context: WarehouseContext,
): Promise<WarehouseAnswer> {
  const source = await atOneTime(client, given, context);
  const relation = relationSql(source, asOf);
  const parameters = source.parameters ?? {};
  const columns = await describe(
    client,
    {
      query: `SELECT * FROM ${relation} AS source`,
      ...(source.parameters === undefined ? {} : { params: parameters }),
    },
    source,
    where,
  );
  const query = retailersSql(
    {
      relation,
      columns: columnExpressions(columns, where),
      ...(retailers === undefined
        ? {}
        : { askedFor: (shopId: string) => `${shopId} IN UNNEST(@${askedParameter})` }),
      lastPeriod: monthIndex(asOf),
      windowMonths,
    },
    bigQueryDialect,
  );
  const params = { ...parameters, ...(retailers === undefined ? {} : { [askedParameter]: retailers }) };
  const statement = { query, ...(Object.keys(params).length === 0 ? {} : { params }) };
  const price = await priceQuery(client, statement, source.maximumBytesBilled, where, context);
  const { rows, bytes, version } = await readQuery(
    client,
    { ...price, query: statement, columns: answerColumns.map(({ name }) => name), path: context.path },
    context,
  );
  return {
    rows,
    bytes,
    version: `${version}${source.snapshot === undefined ? '' : `, as of ${source.snapshot}`}`,
  };
}

async function atOneTime(
  client: BigQuery,
  source: BigQuerySource,
  { snapshot, keepSnapshot }: WarehouseContext,
): Promise<BigQuerySource> {
  if (source.table === undefined || source.snapshot !== undefined) return source;
  if (snapshot !== undefined) return { ...source, snapshot };
  // The name is checked before it is asked about.
  relationSql(source, undefined);
  if (!(await isPlainTable(client, source.table))) return source;
  const [rows] = await client.query({
    query: `SELECT FORMAT_TIMESTAMP('%FT%H:%M:%E6SZ', CURRENT_TIMESTAMP()) AS now`,
  });
  const { now } = (rows as { now: string }[])[0]!;
  keepSnapshot(now);
  return { ...source, snapshot: now };
}

/** Views, external tables and wildcards (`sales_*`) have no history that could be asked for. */
async function isPlainTable(client: BigQuery, name: string): Promise<boolean> {
  if (name.includes('*')) return false;
  const [table, dataset, projectId] = name.split('.').reverse();
  const [metadata] = (await client
    .dataset(dataset!, projectId === undefined ? {} : { projectId })
    .table(table!)
    .getMetadata()) as unknown as [{ type?: string }];
  return metadata.type === 'TABLE';
}
