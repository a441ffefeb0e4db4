import path from 'node:path';
import { writeCsv } from '../shared/tabular/csv.js';
import { withDuckDb } from '../shared/duckdb/with-duckdb.js';
import { readColumns } from '../shared/tabular/parquet.js';
import { writeTable } from './parquet-io.js';
import { openStoredRun } from './previous-run.js';
import { openRunFolder } from './run-folder.js';
import { scoreColumns } from './score-columns.js';
import { type Stage } from './stage-of.js';

/** Scores one shard, and stores its assignments. */
export const scoreShard: Stage<'scoreShard'> = async (tools, { run, model, shard, number }) => {
  const name = String(number).padStart(5, '0');
  const input = `stages/shards/${name}.parquet`;
  const folder = openRunFolder(tools, run, { [input]: shard });
  const { folder: trained } = await openStoredRun(tools, run.store, model);
  const local = await folder.fetch(input);
  const everyone = await withDuckDb(
    { ...tools.duckDb, scratch: tools.scratch },
    (db) => readColumns(db, local),
    tools.signal,
  );
  const columns = await scoreColumns(tools, trained, run, everyone);
  const csv = path.join(tools.scratch, 'assignments.csv');
  await writeCsv(csv, columns);
  return {
    files: {},
    parquet: await writeTable(tools, folder, `stages/scored/${name}.parquet`, columns),
    csv: await folder.put(`stages/scored/${name}.csv`, csv, everyone.rows),
    detail: `${everyone.rows} retailers`,
  };
};
