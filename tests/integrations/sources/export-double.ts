import { readFile, writeFile } from 'node:fs/promises';
import { createServer, request, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import path from 'node:path';
import { type BigQuery } from '@google-cloud/bigquery';
import { type GcsEmulator } from '../../../infra/services/gcs-emulator.js';
import { quoteLiteral } from '../../../shared/duckdb/quote.js';
import { withDuckDb } from '../../../shared/duckdb/with-duckdb.js';
import { csvField } from '../../../shared/tabular/csv.js';
import { tempFolder } from '../../support/temp-folder.js';

export interface ExportDouble {
  readonly endpoint: string;
  /** Statements that exported, in order. */
  readonly statements: string[];
  close(): Promise<void>;
}

interface JobRequest {
  readonly jobReference?: { readonly jobId: string };
  readonly configuration?: { readonly dryRun?: boolean; readonly query?: { readonly query: string } };
}

/**
 * A proxy in front of the emulator, which takes EXPORT DATA and does nothing: this runs the statement's SELECT there, writes the rows
 * as two Parquet files to a Cloud Storage emulator, and answers with the job that BigQuery documents. All else goes through.
 */
export async function startExportDouble(
  bigQuery: { readonly endpoint: string; readonly client: BigQuery },
  storage: GcsEmulator,
): Promise<ExportDouble> {
  const { hostname, port } = new URL(bigQuery.endpoint);
  const statements: string[] = [];
  const jobs = new Map<string, object>();

  const runExport = async (jobId: string, statement: string, answer: ServerResponse): Promise<void> => {
    statements.push(statement);
    const [, uri, select] = /^EXPORT DATA OPTIONS \(uri = '(gs:[^']+)', [^)]+\) AS (.+)$/s.exec(statement)!;
    const [rows] = await bigQuery.client.query({ query: select! });
    const written = rows as Record<string, string | number | null>[];
    await writeParts(written, uri!, storage);
    const job = {
      jobReference: { projectId: bigQuery.client.projectId, jobId },
      status: { state: 'DONE' },
      statistics: {
        creationTime: String(Date.now()),
        query: { exportDataStatistics: { fileCount: '2', rowCount: String(written.length) } },
      },
    };
    jobs.set(jobId, job);
    answer.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(job));
  };

  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const body = Buffer.concat(chunks);
      const { method, url, headers } = incoming;
      const asked = method === 'POST' ? (JSON.parse(body.toString()) as JobRequest) : {};
      const statement = asked.configuration?.query?.query ?? '';
      const known = jobs.get(/\/(?:jobs|queries)\/([^/?]+)/.exec(url!)?.[1] ?? '');
      if (statement.startsWith('EXPORT DATA') && asked.configuration?.dryRun !== true) {
        void runExport(asked.jobReference!.jobId, statement, outgoing).catch((error: unknown) =>
          outgoing.writeHead(500).end(String(error)),
        );
      } else if (known !== undefined) {
        const results = url!.includes('/queries/') ? { ...known, jobComplete: true, totalRows: '0' } : known;
        outgoing.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(results));
      } else {
        const onward = request({ hostname, port, method, path: url, headers }, (answer) => {
          outgoing.writeHead(answer.statusCode!, answer.headers);
          answer.pipe(outgoing);
        });
        onward.on('error', () => outgoing.destroy());
        onward.end(body);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    statements,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** Two Parquet files, numbered as BigQuery numbers them where the URI has its asterisk. */
async function writeParts(
  rows: Record<string, string | number | null>[],
  uri: string,
  { endpoint, bucket }: GcsEmulator,
): Promise<void> {
  const folder = await tempFolder();
  const csv = path.join(folder, 'rows.csv');
  const names = Object.keys(rows[0]!);
  const line = (row: (typeof rows)[number]): string =>
    names.map((name) => (row[name] === null ? '' : csvField(String(row[name])))).join(',');
  await writeFile(csv, rows.map((row) => `${line(row)}\n`).join(''));
  const isText = (name: string): boolean => rows.some((row) => typeof row[name] === 'string');
  const types = names.map((name) => `'${name}': '${isText(name) ? 'VARCHAR' : 'DOUBLE'}'`);
  await withDuckDb({ memoryLimit: '500MB', threads: 1, scratch: folder }, async (db) => {
    const all = `read_csv(${quoteLiteral(csv)}, auto_detect = false, header = false, delim = ',', quote = '"', escape = '"',
      columns = { ${types.join(', ')} })`;
    for (const part of [0, 1]) {
      const file = path.join(folder, `${part}.parquet`);
      await db.run(`COPY (SELECT * EXCLUDE (n) FROM (SELECT *, row_number() OVER () AS n FROM ${all}) WHERE n % 2 = ${part})
        TO ${quoteLiteral(file)} (FORMAT parquet, COMPRESSION snappy)`);
      const name = uri.slice(`gs://${bucket}/`.length).replace('*', String(part).padStart(12, '0'));
      const query = new URLSearchParams({ uploadType: 'media', name });
      const answer = await fetch(`${endpoint}/upload/storage/v1/b/${bucket}/o?${query}`, {
        method: 'POST',
        headers: { 'content-type': 'application/octet-stream' },
        body: await readFile(file),
      });
      if (!answer.ok) throw new Error(`upload answered ${answer.status}`);
    }
  });
}
