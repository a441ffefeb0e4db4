import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { parseManifest } from '../../../shared/artifacts/manifest.js';
import { runSummarySchema } from '../../../shared/contracts/run-summary.js';
import { quoteLiteral } from '../../../shared/duckdb/quote.js';
import { withDuckDb } from '../../../shared/duckdb/with-duckdb.js';
import { segments } from '../../support/segments-command.js';
import { writeSmallMarket } from '../../support/small-market.js';
import { tempFolder } from '../../support/temp-folder.js';

async function run(folder: string, source: string): Promise<string> {
  const store = pathToFileURL(path.join(folder, `store-${source.slice(0, 5)}`)).href;
  const { code, stdout, stderr } = await segments(
    [
      'run',
      '--source',
      source,
      '--as-of',
      '2023-12',
      '--engine',
      'in-process',
      '--json',
      '--raw',
      'off',
      '--artifacts',
      store,
      '--set',
      'courses.weight=0',
      '--set',
      'changes.enabled=false',
    ],
    { cwd: folder },
  );
  expect(code, stderr).toBe(0);
  return fileURLToPath(runSummarySchema.parse(JSON.parse(stdout.trimEnd().split('\n').at(-1)!)).artifacts);
}

test('features out of a run that asks no months, kept in an offline store, give the same segments again to the last byte, without any sales', async () => {
  const folder = await tempFolder();
  const sales = await run(folder, `csv:${await writeSmallMarket(folder)}`);
  const offline = path.join(folder, 'offline');
  await mkdir(offline);
  const file = (name: string): string => `read_parquet(${quoteLiteral(path.join(sales, name))})`;
  await withDuckDb({ memoryLimit: '500MB', threads: 1, scratch: folder }, (db) =>
    db.run(`COPY (SELECT first_month, last_month, active_months, features.*,
        TIMESTAMP '2024-01-01 00:00:00' AS event_timestamp
      FROM ${file('features.parquet')} AS features JOIN ${file('eligibility.parquet')} AS eligibility USING (shop_id)
      ORDER BY hash(shop_id)) TO ${quoteLiteral(path.join(offline, 'part.parquet'))} (FORMAT parquet)`),
  );
  const features = await run(folder, `feast:${offline}`);
  for (const name of ['features.parquet', 'assignments.csv', 'segments.json']) {
    const [expected, found] = [path.join(sales, name), path.join(features, name)];
    expect((await readFile(found)).equals(await readFile(expected)), name).toBe(true);
  }
  const manifest = parseManifest(await readFile(path.join(features, 'manifest.json')), 'manifest.json');
  expect(Object.keys(manifest.files)).toContain('retailers.parquet');
  expect(Object.keys(manifest.files)).not.toContain('sales.parquet');
  expect(manifest.fingerprint).toMatchObject({ kind: 'feast', rows: 200, version: '1 files' });
  const report = (await readFile(path.join(features, 'report.html'), 'utf8')).replace(
    /<script[^]*?<\/script>/g,
    '',
  );
  expect([...report.matchAll(/.{0,60}(?:NaN|undefined|Infinity).{0,30}/g)].map(([text]) => text)).toEqual([]);
}, 240_000);
