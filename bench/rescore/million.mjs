#!/usr/bin/env node
// Re-scores many retailers into a champion that was trained on few, in one process, and prints time and peak memory.
//   node bench/rescore/million.mjs [retailers = 1000000] [months = 24]
// Sales are made by DuckDB's own generator: two seasons, three products, deterministic by hash.
import { DuckDBInstance } from '@duckdb/node-api';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { processDependencies } from '../../dist/cli/process-dependencies.js';
import { createInProcessEngine } from '../../dist/workers/in-process.js';

const retailers = Number(process.argv[2] ?? 1_000_000);
const months = Number(process.argv[3] ?? 24);
const folder = await mkdtemp(path.join(process.env.BENCH_FOLDER ?? tmpdir(), 'segments-million-'));
const megabytes = (bytes) => `${Math.round(bytes / 1e6)} MB`;

async function makeSales(file, count) {
  const instance = await DuckDBInstance.create(':memory:', { memory_limit: '1GB', temp_directory: folder });
  const connection = await instance.connect();
  await connection.run('SET preserve_insertion_order = false');
  await connection.run(`COPY (
    SELECT printf('R%08d', r) AS shop_id, 'P' || p AS product_id, 2022 + m // 12 AS year, m % 12 + 1 AS month,
      greatest(1, round((10 + hash(r) % 60) * exp(1.1 * cos(2 * pi() * (m % 12 - 6 * (r % 2)) / 12)
        + 0.15 * ((hash(r, p, m) % 1000) / 500.0 - 1))))::INTEGER AS sales_qty
    FROM range(${count}) AS t(r), range(${months}) AS u(m), range(3) AS v(p)
  ) TO '${file}' (FORMAT parquet, COMPRESSION zstd)`);
  connection.closeSync();
  instance.closeSync();
}

const few = path.join(folder, 'few.parquet');
const many = path.join(folder, 'many.parquet');
const deps = processDependencies(
  { ...process.env, SEGMENTS_SCRATCH: path.join(folder, 'scratch') },
  pathToFileURL(path.join(folder, 'store')).href,
);
try {
  await makeSales(few, 5000);
  await makeSales(many, retailers);
  const engine = createInProcessEngine(deps);
  const run = async (type, input) => (await engine.start(type, type, input)).result();
  const last = 2022 * 12 + months - 1;
  const asOf = `${Math.floor(last / 12)}-${String((last % 12) + 1).padStart(2, '0')}`;
  await run('retrain', {
    asOf,
    source: { kind: 'parquet', path: few },
    config: { raw: { enabled: false }, gate: { maxLargestShare: 1, maxNoiseShare: 1 } },
  });
  let peak = 0;
  const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 50);
  const started = performance.now();
  const execution = await engine.start('rescore', 'rescore', {
    asOf,
    source: { kind: 'parquet', path: many },
  });
  const summary = await execution.result();
  const seconds = (performance.now() - started) / 1000;
  clearInterval(watch);
  const view = (await execution.view()).runs.at(-1);
  for (const { stage, startedAt, finishedAt } of view.stages)
    console.log(`${stage.padEnd(16)} ${((finishedAt - startedAt) / 1000).toFixed(1)} s`);
  console.log(
    `${summary.scored} of ${summary.retailers} retailers, ${months} months, ${retailers * months * 3} rows (${megabytes((await stat(many)).size)}): ` +
      `${seconds.toFixed(0)} s, peak ${megabytes(peak)} resident, DuckDB limited to ${deps.duckDb.memoryLimit}`,
  );
} finally {
  await deps.close();
  await rm(folder, { recursive: true, force: true });
}
