import { type BigQuery, type Query } from '@google-cloud/bigquery';
import { SegmentsError } from '../../errors.js';
import { type SourceContext } from '../sales-source.js';
import { dryRun } from './describe.js';

/** A mistake in a query must not cost more than this unless someone said so: a tebibyte is what BigQuery prices by. */
const defaultBytesBilled = 2 ** 40;

export interface QueryPrice {
  readonly bytesRead: number;
  readonly maximumBytesBilled: number;
}

/** Asks by a dry run, which is free, what a query would read, and shows it. @throws SegmentsError SourceRefused above the cap */
export async function priceQuery(
  client: BigQuery,
  query: Query,
  maximumBytesBilled: number | undefined,
  where: string,
  { onProgress, signal }: Pick<SourceContext, 'onProgress' | 'signal'>,
): Promise<QueryPrice> {
  const most = maximumBytesBilled ?? defaultBytesBilled;
  const { bytes } = await dryRun(client, query);
  onProgress({ phase: 'bytes that BigQuery reads', done: 0, total: bytes });
  if (bytes > most) throw tooExpensive(bytes, most, where);
  signal.throwIfAborted();
  return { bytesRead: bytes, maximumBytesBilled: most };
}

function tooExpensive(bytes: number, most: number, where: string): SegmentsError {
  return new SegmentsError(
    'SourceRefused',
    `${where}: the query would read ${bytes} bytes; at most ${most} may be billed`,
    {
      where: 'source.maximumBytesBilled',
      remedy: 'Raise maximumBytesBilled, or read less: monthColumn prunes a table that is partitioned by it.',
    },
  );
}
