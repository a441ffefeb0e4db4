import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Dataset, type TableField } from '@google-cloud/bigquery';
import { type SinkOf } from '../contracts/sink.js';
import { bigQueryClient } from '../sources/bigquery/client.js';
import { bigQueryError } from './bigquery-error.js';
import { historyColumns, type HistoryType, historyRow } from './history-layout.js';
import {
  type Delivered,
  type DeliveryContext,
  type SegmentDelivery,
  type SegmentSink,
} from './segment-sink.js';
import { refuseTable, sinkRefused } from './sink-errors.js';
import { sinkName } from './sink-name.js';

const types: Record<HistoryType, string> = { text: 'STRING', double: 'FLOAT', timestamp: 'TIMESTAMP' };
/** A staging table that a killed delivery left behind is gone after this long. */
const stagingMilliseconds = 24 * 60 * 60 * 1000;
const pollMilliseconds = 1000;

/** BigQuery's own spelling of a type has two forms: FLOAT and FLOAT64. */
const sameType = (found: string | undefined, wanted: string): boolean =>
  found?.toUpperCase().replace(/^FLOAT64$/, 'FLOAT') === wanted;

const schema: TableField[] = historyColumns.map(({ name, type, nullable }) => ({
  name,
  type: types[type],
  mode: nullable ? 'NULLABLE' : 'REQUIRED',
}));

const championSchema: TableField[] = [
  { name: 'run_id', type: 'STRING', mode: 'REQUIRED' },
  { name: 'as_of', type: 'STRING', mode: 'REQUIRED' },
  { name: 'finished_at', type: 'TIMESTAMP', mode: 'REQUIRED' },
];

/**
 * Tables of a BigQuery data set: a load job into a staging table of the run, then one MERGE that changes, adds and takes
 * out the run's rows, then one that moves the champion pointer. Each MERGE is seen whole or not at all, and the view
 * `<prefix>_current` goes by the pointer. Credentials are those of Google's own clients.
 */
export function createBigQuerySink(
  sink: SinkOf<'bigquery'>,
  env: Readonly<Record<string, string | undefined>>,
): SegmentSink {
  const name = sinkName(sink);
  return {
    name,
    async deliver(delivery, context) {
      context.signal.throwIfAborted();
      try {
        const dataset = bigQueryClient(sink, env).dataset(sink.dataset);
        return await deliverTo(dataset, sink, name, delivery, context);
      } catch (error) {
        if (context.signal.aborted) throw context.signal.reason;
        throw bigQueryError(error, name);
      }
    },
  };
}

async function deliverTo(
  dataset: Dataset,
  { prefix }: SinkOf<'bigquery'>,
  where: string,
  delivery: SegmentDelivery,
  context: DeliveryContext,
): Promise<Delivered> {
  const client = dataset.bigQuery;
  const full = (table: string): string => `\`${client.projectId}.${dataset.id!}.${table}\``;
  const run = async (query: string, params: Record<string, string>): Promise<Record<string, unknown>[]> => {
    context.signal.throwIfAborted();
    const [rows] = await client.query({ query, params });
    return rows as Record<string, unknown>[];
  };
  // Asked of the credentials only where nobody named it: without credentials the question takes minutes.
  if (client.projectId === '{{projectId}}') await client.getProjectId();
  if (!(await dataset.exists())[0]) {
    const remedy = 'Create the data set, in the location that you want, or correct its name.';
    throw sinkRefused(where, `found no data set ${client.projectId}.${dataset.id!}`, remedy);
  }
  await makeTable(dataset, `${prefix}_history`, schema);
  await makeTable(dataset, `${prefix}_champion`, championSchema);
  await checkColumns(dataset, `${prefix}_history`, where);

  const columns = historyColumns.map(({ name }) => name);
  const view = dataset.table(`${prefix}_current`);
  if (!(await view.exists())[0]) {
    const selected = columns.map((column) => `h.${column}`).join(', ');
    await run(
      `CREATE VIEW IF NOT EXISTS ${full(`${prefix}_current`)} AS SELECT ${selected}
       FROM ${full(`${prefix}_history`)} h JOIN ${full(`${prefix}_champion`)} c ON h.run_id = c.run_id`,
      {},
    );
  }

  const staging = `${prefix}_staging_${createHash('sha256').update(delivery.runId).digest('hex').slice(0, 16)}`;
  await load(dataset, staging, delivery, context);
  try {
    const sets = columns.map((column) => `${column} = s.${column}`).join(', ');
    await run(
      `MERGE ${full(`${prefix}_history`)} h USING ${full(staging)} s
         ON h.run_id = s.run_id AND h.shop_id = s.shop_id AND h.run_id = @run
       WHEN MATCHED THEN UPDATE SET ${sets}
       WHEN NOT MATCHED BY TARGET THEN INSERT (${columns.join(', ')}) VALUES (${columns.map((column) => `s.${column}`).join(', ')})
       WHEN NOT MATCHED BY SOURCE AND h.run_id = @run THEN DELETE`,
      { run: delivery.runId },
    );
    const current = delivery.champion && (await moveChampion(run, full(`${prefix}_champion`), delivery));
    return { rows: delivery.rows.shopIds.length, current };
  } finally {
    await dataset
      .table(staging)
      .delete({ ignoreNotFound: true })
      .catch(() => undefined);
  }
}

async function makeTable(dataset: Dataset, name: string, fields: TableField[]): Promise<void> {
  if ((await dataset.table(name).exists())[0]) return;
  await dataset.createTable(name, { schema: { fields } }).catch((error: unknown) => {
    // Another delivery was faster.
    if ((error as { code?: number }).code !== 409) throw error;
  });
}

async function checkColumns(dataset: Dataset, name: string, where: string): Promise<void> {
  const [metadata] = (await dataset.table(name).getMetadata()) as unknown as [
    { schema?: { fields?: TableField[] } },
  ];
  const found = new Map((metadata.schema?.fields ?? []).map((field) => [field.name, field.type]));
  const problems = schema
    .filter(({ name: column, type }) => !sameType(found.get(column), type!))
    .map(
      ({ name: column, type }) =>
        `${column}: found ${found.get(column) ?? 'no column'}; expected ${type ?? ''}`,
    );
  refuseTable(where, problems);
}

/** Loads the rows into a table of their own: what a killed delivery left there is replaced. */
async function load(
  dataset: Dataset,
  staging: string,
  delivery: SegmentDelivery,
  { scratch, signal, onProgress }: DeliveryContext,
): Promise<void> {
  const file = path.join(scratch, 'rows.ndjson');
  const total = delivery.rows.shopIds.length;
  const lines = function* (): Generator<string> {
    for (let i = 0; i < total; i++) {
      const values = historyRow(delivery, i);
      yield `${JSON.stringify(Object.fromEntries(historyColumns.map(({ name }, j) => [name, values[j]!])))}\n`;
    }
  };
  await pipeline(Readable.from(lines()), createWriteStream(file), { signal });
  onProgress({ phase: 'rows', done: total, total });
  signal.throwIfAborted();
  const table = dataset.table(staging);
  if (total === 0) {
    await table.delete({ ignoreNotFound: true });
    await dataset.createTable(staging, { schema: { fields: schema } });
    return;
  }
  const [job] = await dataset.bigQuery
    .dataset(dataset.id!)
    .table(staging)
    .createLoadJob(file, {
      sourceFormat: 'NEWLINE_DELIMITED_JSON',
      schema: { fields: schema },
      writeDisposition: 'WRITE_TRUNCATE',
      createDisposition: 'CREATE_IF_NEEDED',
    });
  for (;;) {
    signal.throwIfAborted();
    const [{ status }] = (await job.getMetadata()) as unknown as [
      { status: { state: string; errorResult?: { message?: string; reason?: string } } },
    ];
    if (status.errorResult !== undefined) {
      const { message = 'unknown', reason } = status.errorResult;
      throw Object.assign(new Error(message), { errors: [{ reason }] });
    }
    if (status.state === 'DONE') break;
    await new Promise((resolve) => setTimeout(resolve, pollMilliseconds));
  }
  // A courtesy to a data set that a killed delivery would leave it in.
  await table
    .setMetadata({ expirationTime: String(Date.now() + stagingMilliseconds) })
    .catch(() => undefined);
}

async function moveChampion(
  run: (query: string, params: Record<string, string>) => Promise<Record<string, unknown>[]>,
  champion: string,
  { runId, asOf, finishedAt }: SegmentDelivery,
): Promise<boolean> {
  const params = { run: runId, month: asOf, finished: new Date(finishedAt).toISOString() };
  // The rule of `takesOver`, in the warehouse: two deliveries at once change the row one after the other.
  await run(
    `MERGE ${champion} c USING (SELECT @run AS run_id, @month AS as_of, TIMESTAMP(@finished) AS finished_at) n ON TRUE
     WHEN MATCHED AND (c.run_id = n.run_id OR c.as_of < n.as_of OR (c.as_of = n.as_of AND
       (c.finished_at < n.finished_at OR (c.finished_at = n.finished_at AND c.run_id < n.run_id))))
       THEN UPDATE SET run_id = n.run_id, as_of = n.as_of, finished_at = n.finished_at
     WHEN NOT MATCHED THEN INSERT (run_id, as_of, finished_at) VALUES (n.run_id, n.as_of, n.finished_at)`,
    params,
  );
  const [now] = await run(`SELECT run_id FROM ${champion}`, {});
  return now?.['run_id'] === runId;
}
