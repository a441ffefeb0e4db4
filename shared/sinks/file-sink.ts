import path from 'node:path';
import { type ArtifactStore } from '../artifacts/store.js';
import { type Reference } from '../contracts/reference.js';
import { type SinkOf } from '../contracts/sink.js';
import { quoteIdentifier, quoteLiteral } from '../duckdb/quote.js';
import { withDuckDb } from '../duckdb/with-duckdb.js';
import { SegmentsError } from '../errors.js';
import { type Column } from '../tabular/column.js';
import { parquetOptions, writeColumns } from '../tabular/parquet.js';
import { historyColumns, type HistoryValue, historyRow } from './history-layout.js';
import { movePointer, type PointerFile, readPointer } from './pointer-file.js';
import { type DeliveryContext, type SegmentDelivery, type SegmentSink } from './segment-sink.js';
import { sinkUnavailable } from './sink-errors.js';
import { sinkName } from './sink-name.js';

/**
 * Parquet or CSV in a folder or bucket:
 *
 *     segments_history/as_of=2023-12/run_id=<run-id>/part.parquet   one file a run, in Hive's layout
 *     segments_current.parquet                                      the champion's, for readers who want one file
 *     segments_current.json                                         which run that is, changed by compare-and-swap
 *
 * A file appears whole or not at all, and the same run gives the same bytes.
 */
export function createFileSink(
  sink: SinkOf<'file'>,
  openStore: (uri: string) => ArtifactStore,
  duckDb: { readonly memoryLimit: string; readonly threads: number },
): SegmentSink {
  const store = openStore(sink.folder);
  const history = `${sink.prefix}_history`;
  const current = `${sink.prefix}_current`;

  const copyOf = async (pointer: PointerFile, { scratch, signal }: DeliveryContext): Promise<void> => {
    const local = path.join(scratch, `current.${sink.format}`);
    await store.fetchFile(pointer.file, local, signal);
    await store.putFile(`${current}.${sink.format}`, local, { rows: pointer.file.rows, signal });
  };

  return {
    name: sinkName(sink),
    deliver: (delivery, context) =>
      asSinkError(context.signal, async () => {
        const { runId, asOf, finishedAt, rows } = delivery;
        context.signal.throwIfAborted();
        const local = path.join(context.scratch, `part.${sink.format}`);
        await writeHistory(delivery, local, sink.format, duckDb, context);
        context.onProgress({ phase: 'rows', done: rows.shopIds.length, total: rows.shopIds.length });
        const key = `${history}/as_of=${asOf}/run_id=${runId}/part.${sink.format}`;
        const file: Reference = await store.putFile(key, local, {
          rows: rows.shopIds.length,
          signal: context.signal,
        });
        if (!delivery.champion) return { rows: file.rows, current: false };
        const pointerKey = `${current}.json`;
        let pointer = await movePointer(store, pointerKey, { version: 1, runId, asOf, finishedAt, file });
        // Whoever moved the pointer last also copies last: its copy is repeated until the pointer stood still meanwhile.
        for (;;) {
          await copyOf(pointer, context);
          const after = (await readPointer(store, pointerKey)) ?? pointer;
          if (after.runId === pointer.runId) return { rows: file.rows, current: pointer.runId === runId };
          pointer = after;
        }
      }),
  };
}

async function writeHistory(
  delivery: SegmentDelivery,
  local: string,
  format: 'parquet' | 'csv',
  duckDb: { readonly memoryLimit: string; readonly threads: number },
  { scratch, signal }: DeliveryContext,
): Promise<void> {
  const count = delivery.rows.shopIds.length;
  const values: HistoryValue[][] = Array.from({ length: count }, (_, i) => historyRow(delivery, i));
  const columns = historyColumns.map(({ name, type }, j): Column => {
    if (type === 'double')
      return { name, type, values: Float64Array.from(values, (row) => (row[j] as number | null) ?? NaN) };
    return { name, type: 'text', values: values.map((row) => row[j] as string | null) };
  });
  const plain = path.join(scratch, 'plain.parquet');
  const selected = historyColumns.map(({ name, type }) =>
    type === 'timestamp' && format === 'parquet'
      ? // The text ends in Z, which a zoneless timestamp does not take.
        `CAST(replace(${quoteIdentifier(name)}, 'Z', '') AS TIMESTAMP) AS ${quoteIdentifier(name)}`
      : quoteIdentifier(name),
  );
  await withDuckDb(
    { ...duckDb, scratch },
    async (db) => {
      await writeColumns(db, plain, columns);
      await db.onOneThread(() =>
        db.run(
          `COPY (SELECT ${selected.join(', ')} FROM read_parquet(${quoteLiteral(plain)}))
           TO ${quoteLiteral(local)} (${format === 'parquet' ? parquetOptions : 'FORMAT csv, HEADER'})`,
        ),
      );
    },
    signal,
  );
}

/** The store of a sink is another system: its trouble is named as a sink's. */
async function asSinkError<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    if (!(error instanceof SegmentsError)) throw error;
    if (error.code === 'StoreUnavailable') throw sinkUnavailable(error.where, error.message, error);
    if (error.code !== 'StoreRefused') throw error;
    const { where, remedy } = error;
    throw new SegmentsError('SinkRefused', error.message, { where, remedy, cause: error });
  }
}
