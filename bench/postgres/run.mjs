#!/usr/bin/env node
// Reads 8 million rows (or as many as the first argument says) out of a throwaway PostgreSQL: by `psql \copy` to a file, by
// the source's COPY to a file, by that and the staging of its rows, and by the whole ingest. Prints one table. Needs a compiled build (npm run build).
import { spawnSync } from 'node:child_process';
import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { findPostgres, startPostgres } from '../../dist/infra/services/postgres.js';

const rows = Number(process.argv[2] ?? 8_000_000);
const repeats = Number(process.argv[3] ?? 3);
const folder = mkdtempSync(path.join(tmpdir(), 'segments-bench-'));
const clusterFolder = mkdtempSync(path.join(tmpdir(), 'segments-bench-postgres-'));
const server = await startPostgres(await findPostgres(process.env, console.error), { folder: clusterFolder });
const child = fileURLToPath(new URL('read-table.mjs', import.meta.url));

/** Runs one reading in a process of its own, whose peak memory is its own too. */
function reading(mode) {
  return new Promise((resolve, reject) => {
    const process_ = fork(child, [mode, folder], {
      env: { ...process.env, SEGMENTS_POSTGRES_URL: server.url },
    });
    process_.once('message', resolve);
    process_.once('exit', (code) => code !== 0 && reject(new Error(`${mode} ended with ${code}`)));
  });
}

function psql() {
  const file = path.join(folder, 'psql.tsv');
  const started = performance.now();
  const { status, stderr } = spawnSync(path.join(server.bin, 'psql'), [
    server.url,
    '-c',
    `\\copy sales to '${file}'`,
  ]);
  if (status !== 0) throw new Error(String(stderr));
  const seconds = (performance.now() - started) / 1000;
  rmSync(file);
  return { seconds };
}

const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];

try {
  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  await client.query(`CREATE TABLE sales AS
    SELECT 'shop-' || i % 60000 AS shop_id, 'product-' || i / 60000 % 40 AS product_id, 2020 + i / 2400000 AS year,
      1 + i / 60000 % 12 AS month, (i % 997) / 4.0::float8 AS sales_qty
    FROM generate_series(0, ${rows - 1}) AS i`);
  await client.query('VACUUM ANALYZE sales');
  await client.end();
  const results = {
    'psql \\copy to a file': [],
    'our COPY to a file': [],
    'the same, and rows staged': [],
    'whole ingest': [],
  };
  // In turn, so that a noisy minute of the machine meets all of them.
  for (let i = 0; i < repeats; i++) {
    results['psql \\copy to a file'].push(psql());
    const staged = await reading('stage');
    results['our COPY to a file'].push({ ...staged, seconds: staged.copySeconds });
    results['the same, and rows staged'].push(staged);
    results['whole ingest'].push(await reading('ingest'));
  }
  const base = median(results['psql \\copy to a file'].map(({ seconds }) => seconds));
  console.log(`${rows} rows, median of ${repeats}\n\n| reading | s | × psql | peak MB |\n|---|---|---|---|`);
  for (const [name, runs] of Object.entries(results)) {
    const seconds = median(runs.map((run) => run.seconds));
    const peak = Math.max(...runs.map((run) => run.peakMegabytes ?? NaN));
    console.log(
      `| ${name} | ${seconds.toFixed(1)} | ${(seconds / base).toFixed(2)} | ${Number.isNaN(peak) ? '' : peak} |`,
    );
  }
} finally {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
  rmSync(clusterFolder, { recursive: true, force: true });
}
