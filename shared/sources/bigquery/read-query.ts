import { type BigQuery, type Job, type Query } from '@google-cloud/bigquery';
import { SegmentsError } from '../../errors.js';
import { RowsFile } from '../rows-file.js';
import { type SourceContext } from '../sales-source.js';
import { dryRun } from './describe.js';

/** BigQuery cuts a page at 10 MB or so many rows, whichever comes first. */
const rowsPerPage = 50_000;
/** A mistake in a query must not cost more than this unless someone said so: a tebibyte is what BigQuery prices by. */
const defaultBytesBilled = 2 ** 40;

export interface QueryToRead {
  readonly query: Query;
  /** Columns of the result, in the order in which they are written. */
  readonly columns: readonly string[];
  readonly maximumBytesBilled: number | undefined;
  /** The file to write, without a header. */
  readonly path: string;
  readonly where: string;
}

export interface QueryRead {
  readonly rows: number;
  readonly bytes: number;
  /** SHA-256 of the file, lower-case hex. */
  readonly sha256: string;
  /** The job, when it was, and what it read. */
  readonly version: string;
}

/**
 * Runs a query and writes its rows page by page. A dry run tells first what it would read; above `maximumBytesBilled` it is not run.
 * @throws SegmentsError SourceRefused, SourceUnavailable, and what the client throws
 */
export async function readQuery(
  client: BigQuery,
  { query, columns, maximumBytesBilled, path, where }: QueryToRead,
  { onProgress, signal }: Pick<SourceContext, 'onProgress' | 'signal'>,
): Promise<QueryRead> {
  const most = maximumBytesBilled ?? defaultBytesBilled;
  const { bytes } = await dryRun(client, query);
  onProgress({ phase: 'bytes that BigQuery reads', done: 0, total: bytes });
  if (bytes > most) throw tooExpensive(bytes, most, where);
  signal.throwIfAborted();
  const [job] = await client.createQueryJob({ ...query, maximumBytesBilled: String(most) });
  const cancel = (): void => void job.cancel().catch(() => undefined);
  signal.addEventListener('abort', cancel, { once: true });
  const file = await RowsFile.create(path);
  try {
    await writePages(job, columns, file, (done, total) => {
      signal.throwIfAborted();
      onProgress({ phase: 'rows read', done, total });
    });
    const sha256 = await file.finish();
    const version = `job ${job.id} of ${creationTime(job)}, ${bytes} bytes read`;
    return { rows: file.rows, bytes: file.bytes, sha256, version };
  } finally {
    signal.removeEventListener('abort', cancel);
    await file.close();
  }
}

async function writePages(
  job: Job,
  columns: readonly string[],
  file: RowsFile,
  onPage: (rows: number, total: number) => void,
): Promise<void> {
  let pageToken: string | undefined;
  let total = 0;
  do {
    const [rows, next, answer] = await job.getQueryResults({
      maxResults: rowsPerPage,
      autoPaginate: false,
      ...(pageToken === undefined ? {} : { pageToken }),
    });
    total = Number(answer?.totalRows ?? total);
    for (const row of rows as Record<string, unknown>[]) {
      await file.add(columns.map((column) => text(row[column])));
    }
    onPage(file.rows, total);
    pageToken = (next as { pageToken?: string } | null)?.pageToken;
  } while (pageToken !== undefined && pageToken !== '');
  if (file.rows !== total) {
    throw new SegmentsError('SourceUnavailable', `${file.rows} of ${total} rows came`, {
      where: `job ${job.id}`,
      remedy: 'It is retried; report it if it stays so.',
    });
  }
}

/** Decimals come as objects of big.js, whose `toFixed` writes all digits and no exponent. */
function text(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return typeof value === 'object' ? (value as { toFixed(): string }).toFixed() : String(value);
}

function creationTime(job: Job): string {
  const { statistics } = job.metadata as { statistics?: { creationTime?: string } };
  const milliseconds = Number(statistics?.creationTime ?? NaN);
  return Number.isNaN(milliseconds) ? 'an unknown time' : new Date(milliseconds).toISOString();
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
