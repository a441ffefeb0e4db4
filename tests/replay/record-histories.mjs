#!/usr/bin/env node
// `npm run record-histories`: runs every workflow through its ways of ending on a real server and keeps the histories in
// tests/replay/histories/<version>/, for replay.test.ts. Run it when a workflow changes on purpose and the old histories
// of an unreleased version may go; histories of released versions stay as they are. With names
// (`npm run record-histories -- retrain-approved`) only those are written, and nothing goes.
import { Client, Connection } from '@temporalio/client';
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { setUp } from '../../infra/bootstrap.mjs';
import { anonymousHistory } from './anonymous-history.mjs';
import { historyToObject } from './history-json.mjs';

if (!process.argv.includes('--no-build')) setUp();
const wanted = process.argv.slice(2).filter((each) => !each.startsWith('-'));
const isWanted = (name) => wanted.length === 0 || wanted.includes(name);
const root = fileURLToPath(new URL('../../', import.meta.url));
const { cacheFolder } = await import('../../dist/infra/cache-folder.js');
const { findTemporal } = await import('../../dist/infra/temporal/find-executable.js');
const { startDevServer } = await import('../../dist/infra/temporal/dev-server.js');
const { temporalConfig } = await import('../../dist/temporal.config.js');
const { seededRandom } = await import('../../dist/shared/numeric/seeded-random.js');
const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));

const folder = mkdtempSync(path.join(tmpdir(), 'segments-histories-'));
const target = path.join(root, 'tests/replay/histories', version);

/** Two behaviours, summer and winter, 40 retailers, 2022-01 to 2024-01. */
function sales() {
  const random = seededRandom(1, 'histories');
  const rows = ['shop_id,product_id,year,month,sales_qty'];
  for (let r = 0; r < 40; r++)
    for (let m = 0; m < 25; m++) {
      const wave = Math.cos((2 * Math.PI * ((m % 12) - (r % 2 === 0 ? 6 : 0))) / 12);
      const quantity = Math.max(1, Math.round(30 * Math.exp(wave + 0.2 * random.normal())));
      rows.push(`R${r},P1,${2022 + Math.floor(m / 12)},${(m % 12) + 1},${quantity}`);
    }
  const file = path.join(folder, 'sales.csv');
  writeFileSync(file, `${rows.join('\n')}\n`);
  return { kind: 'csv', path: file };
}

const { path: executable } = await findTemporal(process.env, cacheFolder(process.env), () => undefined);
const server = await startDevServer({
  executable,
  database: undefined,
  logFile: path.join(folder, 'server.log'),
});
const worker = spawn(process.execPath, [path.join(root, 'dist/cli/main.js'), 'worker'], {
  cwd: folder,
  env: { ...process.env, TEMPORAL_ADDRESS: server.address },
  stdio: 'ignore',
});
const connection = await Connection.connect({ address: server.address });
try {
  const client = new Client({ connection });
  const source = sales();
  const artifacts = pathToFileURL(path.join(folder, 'store')).href;
  const config = { autoencoder: { coldEpochs: 3, warmEpochs: 3 } };
  const quick = { ...config, raw: { enabled: false } };
  const keep = async (name, handle) => {
    await handle.result().catch(() => undefined);
    if (!isWanted(name)) return;
    const history = await handle.fetchHistory();
    const { workflowId } = handle;
    const json = { workflowId, history: anonymousHistory(historyToObject(history)) };
    writeFileSync(path.join(target, `${name}.json`), `${JSON.stringify(json)}\n`);
    console.log(`${name}: ${history.events.length} events`);
  };
  const start = (type, workflowId, input) =>
    client.workflow.start(type, {
      workflowId,
      taskQueue: temporalConfig.taskQueues.orchestration,
      args: [input],
    });
  if (wanted.length === 0) rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });

  const retrain = { source, artifacts, config };
  await keep('retrain-first', await start('retrain', 'first', { ...retrain, asOf: '2023-12' }));
  await keep('retrain-compared', await start('retrain', 'compared', { ...retrain, asOf: '2024-01' }));
  await keep(
    'retrain-without-raw',
    await start('retrain', 'without-raw', { ...retrain, config: quick, asOf: '2024-01', publish: false }),
  );
  await keep('retrain-invalid-input', await start('retrain', 'invalid', { asOf: '2023-13' }));
  await keep(
    'retrain-no-source',
    await start('retrain', 'no-source', { source: { kind: 'csv', path: '/nowhere.csv' }, asOf: '2023-12' }),
  );
  const cancelled = await start('retrain', 'cancelled', { ...retrain, asOf: '2023-12', publish: false });
  await new Promise((resolve) => setTimeout(resolve, 1500));
  await cancelled.cancel();
  await keep('retrain-cancelled', cancelled);

  // A gate that no run of two segments passes, and the three ways in which a held run ends.
  const strict = { ...quick, gate: { maxLargestShare: 0.1 } };
  const held = (workflowId, waitFor) =>
    start('retrain', workflowId, {
      ...retrain,
      config: strict,
      asOf: '2024-01',
      sinks: [{ kind: 'file', folder: pathToFileURL(path.join(folder, 'sink')).href, format: 'csv' }],
      decision: { waitFor },
    });
  for (const [verb, name] of [
    ['approve', 'retrain-approved'],
    ['reject', 'retrain-rejected'],
  ]) {
    const waits = await held(name, '1 hour');
    while ((await waits.query('progress').catch(() => undefined))?.decision?.state !== 'waiting')
      await new Promise((resolve) => setTimeout(resolve, 200));
    // A decision without a name is refused by the validator, and leaves nothing in the history.
    await waits.executeUpdate(verb, { args: [{ by: '' }] }).catch(() => undefined);
    await waits.executeUpdate(verb, { args: [{ by: 'Ana', reason: 'looked at it' }] });
    await keep(name, waits);
  }
  await keep('retrain-not-decided', await held('not-decided', '2 seconds'));

  const months = { source, artifacts, config: quick };
  await keep('backfill', await start('backfill', 'months', { ...months, from: '2023-11', to: '2023-12' }));
  await keep(
    'backfill-stopped',
    await start('backfill', 'stopped', { ...months, from: '2021-11', to: '2021-12' }),
  );
  const long = await start('backfill', 'long', {
    ...months,
    from: '2019-10',
    to: '2021-12',
    onFailure: 'skip',
  });
  const { runId: firstRun } = await long.describe();
  await keep('backfill-continued', long);
  await keep('backfill-continues-as-new', client.workflow.getHandle('long', firstRun, { followRuns: false }));
  await keep('rescore', await start('rescore', 'rescore', { source, artifacts }));
  await keep(
    'rescore-no-champion',
    await start('rescore', 'none', { source, artifacts: `${artifacts}-empty` }),
  );
} finally {
  await connection.close();
  worker.kill('SIGTERM');
  await new Promise((resolve) => worker.once('exit', resolve));
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}
