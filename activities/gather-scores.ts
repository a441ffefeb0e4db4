import { createReadStream, createWriteStream } from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { metricsOfSizes } from '../shared/clustering/structure-metrics.js';
import { quoteLiteral } from '../shared/duckdb/quote.js';
import { withDuckDb } from '../shared/duckdb/with-duckdb.js';
import { joinInOrder } from '../shared/tabular/parquet.js';
import { describeStructure } from './describe-structure.js';
import { openRunFolder } from './run-folder.js';
import { type Stage } from './stage-of.js';

/** Puts the shards' assignments together, in order, without holding them in memory, and counts them. */
export const gatherScores: Stage<'gatherScores'> = async (tools, { run, shards }) => {
  const names = shards.map((_, i) => `shard-${i}`);
  const folder = openRunFolder(
    tools,
    run,
    Object.fromEntries(
      shards.flatMap(({ parquet, csv }, i) => [
        [`${names[i]!}.parquet`, parquet],
        [`${names[i]!}.csv`, csv],
      ]),
    ),
  );
  const parquets: string[] = [];
  for (const name of names) parquets.push(await folder.fetch(`${name}.parquet`));
  const target = path.join(tools.scratch, 'assignments.parquet');
  const counted = await withDuckDb(
    { ...tools.duckDb, scratch: tools.scratch },
    async (db) => {
      await joinInOrder(db, parquets, target);
      const statuses = await db.rows(
        `SELECT status, count(*) AS n FROM read_parquet(${quoteLiteral(target)}) GROUP BY status`,
      );
      const sizes = await db.rows(
        `SELECT count(*) AS n FROM read_parquet(${quoteLiteral(target)}) WHERE status = 'scored' AND cluster >= 0
         GROUP BY cluster ORDER BY cluster`,
      );
      return {
        statuses: new Map(statuses.map(({ status, n }) => [String(status), Number(n)])),
        sizes: sizes.map(({ n }) => Number(n)),
      };
    },
    tools.signal,
  );
  const count = (status: string): number => counted.statuses.get(status) ?? 0;
  const scored = count('scored');
  const csv = path.join(tools.scratch, 'assignments.csv');
  for (const [i, name] of names.entries()) {
    await append(await folder.fetch(`${name}.csv`), csv, i > 0, tools.signal);
    tools.onProgress({ phase: 'shards', done: i + 1, total: names.length });
  }
  const retailers = scored + count('provisional') + count('too-young');
  const metrics = metricsOfSizes(counted.sizes, scored);
  return {
    files: {
      'assignments.parquet': await folder.put('assignments.parquet', target, retailers),
      'assignments.csv': await folder.put('assignments.csv', csv, retailers),
    },
    retailers,
    scored,
    provisional: count('provisional'),
    tooYoung: count('too-young'),
    metrics,
    detail: `${scored} scored, ${count('provisional')} provisional, ${count('too-young')} too young; ${describeStructure(metrics)}`,
  };
};

/** Appends a CSV to another, without its header where that has one. */
async function append(from: string, to: string, withoutHeader: boolean, signal: AbortSignal): Promise<void> {
  const start = withoutHeader ? await headerBytes(from) : 0;
  await pipeline(createReadStream(from, { start }), createWriteStream(to, { flags: 'a' }), { signal });
}

/** Bytes of the first line with its end. */
async function headerBytes(file: string): Promise<number> {
  let bytes = 0;
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    const end = chunk.indexOf(10);
    if (end >= 0) return bytes + end + 1;
    bytes += chunk.length;
  }
  return bytes;
}
