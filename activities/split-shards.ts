import path from 'node:path';
import { type Reference } from '../shared/contracts/reference.js';
import { quoteLiteral } from '../shared/duckdb/quote.js';
import { withDuckDb } from '../shared/duckdb/with-duckdb.js';
import { shardSql } from '../shared/scoring/shard-sql.js';
import { parquetOptions } from '../shared/tabular/parquet.js';
import { openStoredRun } from './previous-run.js';
import { openRunFolder } from './run-folder.js';
import { type Stage } from './stage-of.js';

/** Cuts everybody of the source into shards of equal size by shop_id, each a file: what is handed on is where they are. */
export const splitShards: Stage<'splitShards'> = async (tools, { run, files, model, shardSize }) => {
  const folder = openRunFolder(tools, run, files);
  const { folder: trained } = await openStoredRun(tools, run.store, model);
  const eligibilityPath = await folder.fetch('eligibility.parquet');
  const featuresPath = await folder.fetch('features.parquet');
  // A stage of an earlier version wrote none: nobody is then seen to change.
  const months = 'stages/months.parquet';
  const monthsPath = folder.has(months) ? await folder.fetch(months) : undefined;
  const assignmentsPath = await trained.fetch('assignments.parquet');
  const shards = await withDuckDb(
    { ...tools.duckDb, scratch: tools.scratch },
    async (db) => {
      const { eligibility } = run.config;
      const sql = shardSql({ eligibilityPath, featuresPath, monthsPath, assignmentsPath, eligibility });
      await db.run(`CREATE TABLE everyone AS ${sql}`);
      const retailers = Number((await db.row('SELECT count(*) AS retailers FROM everyone'))['retailers']);
      const references: Reference[] = [];
      for (let from = 0; from < retailers; from += shardSize) {
        const to = Math.min(from + shardSize, retailers);
        const local = path.join(tools.scratch, `shard-${references.length}.parquet`);
        await db.onOneThread(() =>
          db.run(
            `COPY (SELECT * EXCLUDE (n) FROM everyone WHERE n >= ${from} AND n < ${to} ORDER BY n)
             TO ${quoteLiteral(local)} (${parquetOptions})`,
          ),
        );
        references.push(await folder.put(shardName(references.length), local, to - from));
        tools.onProgress({ phase: 'shards', done: to, total: retailers });
      }
      return references;
    },
    tools.signal,
  );
  return { files: {}, shards, detail: `${shards.length} shards` };
};

const shardName = (number: number): string => `stages/shards/${String(number).padStart(5, '0')}.parquet`;
