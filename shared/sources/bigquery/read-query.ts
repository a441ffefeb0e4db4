import {
  type BigQuery,
  type Job,
  type Query,
  type QueryResultsOptions,
  type QueryRowsResponse,
} from '@google-cloud/bigquery';
import { SegmentsError } from '../../errors.js';
import { RowsFile } from '../rows-file.js';
import { type SourceContext } from '../sales-source.js';

/** BigQuery cuts a page at 10 MB or so many rows, whichever comes first. */
const rowsPerPage = 50_000;

export interface QueryToRead {
  readonly query: Query;
  /** Columns of the result, in the order in which they are written. */
  readonly columns: readonly string[];
  readonly maximumBytesBilled: number;
  /** What the dry run said. */
  readonly bytesRead: number;
  /** The file to write, without a header. */
  readonly path: string;
}

export interface QueryRead {
  readonly rows: number;
  readonly bytes: number;
  /** SHA-256 of the file, lower-case hex. */
  readonly sha256: string;
  /** The job, when it was, and what it read. */
  readonly version: string;
}

/** Runs a query and writes its rows page by page. @throws SegmentsError SourceUnavailable, and what the client throws */
export async function readQuery(
  client: BigQuery,
  { query, columns, maximumBytesBilled, bytesRead, path }: QueryToRead,
  { onProgress, signal }: Pick<SourceContext, 'onProgress' | 'signal'>,
): Promise<QueryRead> {
  const [job] = await client.createQueryJob({ ...query, maximumBytesBilled: String(maximumBytesBilled) });
  const cancel = (): void => void job.cancel().catch(() => undefined);
  signal.addEventListener('abort', cancel, { once: true });
  const file = await RowsFile.create(path);
  try {
    await writePages(job, columns, file, (done, total) => {
      signal.throwIfAborted();
      onProgress({ phase: 'rows read', done, total });
    });
    const sha256 = await file.finish();
    return { rows: file.rows, bytes: file.bytes, sha256, version: versionOf(job, bytesRead) };
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
  // What to ask next: the same again while the query still runs, then page after page.
  let next: QueryResultsOptions | null = { maxResults: rowsPerPage, autoPaginate: false };
  let total = 0;
  while (next !== null) {
    const [rows, following, answer]: QueryRowsResponse = await job.getQueryResults(next);
    total = Number(answer?.totalRows ?? total);
    for (const row of rows as Record<string, unknown>[]) {
      await file.add(columns.map((column) => text(row[column])));
    }
    onPage(file.rows, total);
    next = following as QueryResultsOptions | null;
  }
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

/** What a fingerprint says of a job. */
export function versionOf(job: Job, bytesRead: number): string {
  return `job ${job.id} of ${creationTime(job)}, ${bytesRead} bytes read`;
}

function creationTime(job: Job): string {
  const { statistics } = job.metadata as { statistics?: { creationTime?: string } };
  const milliseconds = Number(statistics?.creationTime ?? NaN);
  return Number.isNaN(milliseconds) ? 'an unknown time' : new Date(milliseconds).toISOString();
}
