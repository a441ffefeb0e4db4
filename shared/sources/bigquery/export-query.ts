import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type BigQuery, type Job, type Query } from '@google-cloud/bigquery';
import { quoteLiteral } from '../../duckdb/quote.js';
import { SegmentsError } from '../../errors.js';
import { parquetSource } from '../parquet.js';
import { type SourceContext, type StagedRows } from '../sales-source.js';
import { openCloudFolder } from './cloud-storage.js';
import { versionOf } from './read-query.js';

/** BigQuery writes files of up to 1 GB; so many would be a thousand times what fits on a disk. */
const mostFiles = 10_000;

export interface QueryToExport {
  readonly query: Query;
  /** `gs://bucket/prefix`: each attempt makes a folder of its own there, and removes it. */
  readonly exportTo: string;
  readonly maximumBytesBilled: number;
  /** What the dry run said. */
  readonly bytesRead: number;
  readonly where: string;
}

/**
 * Has BigQuery write a query's rows as Parquet to Cloud Storage (`EXPORT DATA`), and brings them here: for millions of rows that
 * is quicker than pages of JSON, and costs no more. What it wrote is removed again, as far as that can be.
 * @throws SegmentsError SourceUnavailable, and what the client throws
 */
export async function stageExport(
  client: BigQuery,
  { query, exportTo, maximumBytesBilled, bytesRead, where }: QueryToExport,
  context: SourceContext,
): Promise<StagedRows> {
  const { db, scratch, signal, env, onProgress } = context;
  // One attempt never reads what another wrote.
  const uri = `${exportTo.replace(/\/+$/, '')}/segments-${randomUUID()}/`;
  const folder = openCloudFolder(client, uri, env, signal);
  onProgress({ phase: 'rows exported', done: 0 });
  try {
    const [job] = await client.createQueryJob({
      ...query,
      query: `EXPORT DATA OPTIONS (uri = '${uri}*.parquet', format = 'PARQUET', compression = 'SNAPPY') AS ${query.query!}`,
      maximumBytesBilled: String(maximumBytesBilled),
    });
    const cancel = (): void => void job.cancel().catch(() => undefined);
    signal.addEventListener('abort', cancel, { once: true });
    try {
      await finished(job, signal);
    } finally {
      signal.removeEventListener('abort', cancel);
    }
    const objects = await folder.list();
    if (objects.length > mostFiles)
      throw incomplete(where, `${objects.length} files`, `at most ${mostFiles}`);
    const total = objects.reduce((sum, { size }) => sum + size, 0);
    let done = 0;
    const files: string[] = [];
    for (const [number, { name, size }] of objects.entries()) {
      const file = join(scratch, `part-${number}.parquet`);
      await folder.download(name, file);
      files.push(file);
      onProgress({ phase: 'bytes downloaded', done: (done += size), total });
    }
    const path = join(scratch, 'rows.parquet');
    const parts = `read_parquet([${files.map(quoteLiteral).join(', ')}])`;
    await db.run(`COPY (FROM ${parts}) TO ${quoteLiteral(path)} (FORMAT parquet, COMPRESSION lz4_raw)`);
    await Promise.all(files.map((file) => rm(file)));
    await checkRows(job, path, where, context);
    const staged = await parquetSource.stage({ kind: 'parquet', path }, context);
    const { sha256 } = staged.fingerprint;
    const version = `${versionOf(job, bytesRead)}, exported as ${files.length} files`;
    return { ...staged, fingerprint: { kind: 'bigquery', sha256, bytes: total, version } };
  } finally {
    // Best effort, and not by the signal that may have ended the rest: a rule of the bucket removes what stays.
    const leftovers = openCloudFolder(client, uri, env, AbortSignal.timeout(30_000));
    await leftovers
      .list()
      .then((objects) => Promise.all(objects.map(({ name }) => leftovers.remove(name))))
      .catch(() => undefined);
  }
}

/** Each question is answered after ten seconds at most, whether the job has ended or not. */
async function finished(job: Job, signal: AbortSignal): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    const [, , answer] = await job.getQueryResults({ maxResults: 0, autoPaginate: false });
    if (answer?.jobComplete !== false) return;
  }
}

/** BigQuery tells how many rows it exported. */
async function checkRows(job: Job, path: string, where: string, { db }: SourceContext): Promise<void> {
  const [metadata] = (await job.getMetadata()) as unknown as [
    { statistics?: { query?: { exportDataStatistics?: { rowCount?: string } } } },
  ];
  const sent = metadata.statistics?.query?.exportDataStatistics?.rowCount;
  const { found } = await db.row(`SELECT count(*) AS found FROM read_parquet(${quoteLiteral(path)})`);
  if (sent !== undefined && Number(sent) !== Number(found))
    throw incomplete(where, `${Number(found)} rows`, `${sent} exported`);
}

function incomplete(where: string, found: string, expected: string): SegmentsError {
  return new SegmentsError('SourceUnavailable', `${where}: found ${found}; expected ${expected}`, {
    where: 'source.exportTo',
    remedy: 'It is retried; report it if it stays so.',
  });
}
