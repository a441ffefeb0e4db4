import { join } from 'node:path';
import { BigQuery, type Job, type Query } from '@google-cloud/bigquery';
import { type Source } from '../../contracts/source.js';
import { SegmentsError } from '../../errors.js';
import { resolveColumns } from '../resolve-columns.js';
import { RowsFile } from '../rows-file.js';
import { wrongColumnType } from '../sales-column-type.js';
import {
  type Environment,
  type SalesColumn,
  salesColumns,
  type SalesSource,
  type SourceContext,
} from '../sales-source.js';
import { type HandedOver, stageCsv } from '../staged-csv.js';
import { bigQueryError } from './bigquery-error.js';
import { relationSql, salesSql } from './sales-query.js';

type BigQuerySource = Extract<Source, { kind: 'bigquery' }>;
type Columns = Map<SalesColumn, { readonly name: string; readonly type: string }>;

/** BigQuery cuts a page at 10 MB or so many rows, whichever comes first. */
const rowsPerPage = 50_000;
/** A mistake in a query must not cost more than this unless someone said so: a tebibyte is what BigQuery prices by. */
const defaultBytesBilled = 2 ** 40;

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

/**
 * Credentials are those of Google's own clients: GOOGLE_APPLICATION_CREDENTIALS, else the machine's default. The project
 * that pays is source.project, else GOOGLE_CLOUD_PROJECT, else the one of the credentials.
 */
function bigQueryClient(source: BigQuerySource, env: Environment): BigQuery {
  const emulator = env['BIGQUERY_EMULATOR_HOST'];
  const keyFilename = env['GOOGLE_APPLICATION_CREDENTIALS'];
  const projectId = source.project ?? (env['GOOGLE_CLOUD_PROJECT'] || undefined);
  return new BigQuery({
    userAgent: 'stable-segments',
    ...(projectId === undefined ? {} : { projectId }),
    ...(source.location === undefined ? {} : { location: source.location }),
    ...(keyFilename ? { keyFilename } : {}),
    ...(emulator ? { apiEndpoint: /^https?:/.test(emulator) ? emulator : `http://${emulator}` } : {}),
  });
}

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
  const query: Query = { query: salesSql(relation, columns), ...params };
  const most = source.maximumBytesBilled ?? defaultBytesBilled;
  const { bytes } = await dryRun(client, query);
  onProgress({ phase: 'bytes that BigQuery reads', done: 0, total: bytes });
  if (bytes > most) throw tooExpensive(bytes, most, where);
  signal.throwIfAborted();
  const [job] = await client.createQueryJob({ ...query, maximumBytesBilled: String(most) });
  const cancel = (): void => void job.cancel().catch(() => undefined);
  signal.addEventListener('abort', cancel, { once: true });
  const file = await RowsFile.create(join(scratch, 'rows.csv'));
  try {
    await writePages(job, [...columns.keys()], file, (done, total) => {
      signal.throwIfAborted();
      onProgress({ phase: 'rows read', done, total });
    });
    const sha256 = await file.finish();
    const version = `job ${job.id} of ${creationTime(job)}, ${bytes} bytes read`;
    return {
      csv: file.path,
      columns: [...columns.keys()],
      rows: file.rows,
      where,
      fingerprint: { kind: 'bigquery', sha256, bytes: file.bytes, version },
    };
  } finally {
    signal.removeEventListener('abort', cancel);
    await file.close();
  }
}

async function writePages(
  job: Job,
  columns: readonly SalesColumn[],
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
    for (const row of rows as Record<SalesColumn, unknown>[]) {
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

async function dryRun(
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

async function describe(
  client: BigQuery,
  query: Query,
  source: BigQuerySource,
  where: string,
): Promise<Columns> {
  const { fields } = await dryRun(client, query);
  const indices = resolveColumns(
    fields.map(({ name }) => name),
    source.columns,
    where,
  );
  const columns: Columns = new Map();
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
