import { access, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type DevServer } from '../../infra/temporal/dev-server.js';
import { runFiles } from '../../shared/artifacts/run-files.js';
import { parseManifest } from '../../shared/artifacts/manifest.js';
import { type RunSummary, runSummarySchema } from '../../shared/contracts/run-summary.js';
import { retrainStages } from '../../shared/contracts/stage.js';
import { runFolderSums } from '../support/run-folder-sums.js';
import { segments } from '../support/segments-command.js';
import { smallMarketRows, writeSmallMarket } from '../support/small-market.js';
import { tempFolder } from '../support/temp-folder.js';
import { startTestServer } from '../support/temporal-server.js';

let server: DevServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

interface Ran {
  readonly summary: RunSummary;
  readonly folder: string;
  readonly stdout: string;
  readonly stderr: string;
}

async function run(folder: string, source: string, store: string, args: readonly string[]): Promise<Ran> {
  const artifacts = pathToFileURL(path.join(folder, store)).href;
  const { code, stdout, stderr } = await segments(
    ['run', '--source', `csv:${source}`, '--as-of', '2023-12', '--artifacts', artifacts, '--json', ...args],
    { cwd: folder, env: { TEMPORAL_ADDRESS: server.address } },
  );
  expect(code, stderr).toBe(0);
  const summary = runSummarySchema.parse(JSON.parse(stdout.trimEnd().split('\n').at(-1)!));
  return { summary, folder: fileURLToPath(summary.artifacts), stdout, stderr };
}

describe('segments run', () => {
  test('on a Temporal server it prints one JSON line and leaves every artifact file; in process, on shuffled rows, it writes the same bytes', async () => {
    const folder = await tempFolder();
    const rows = smallMarketRows();
    const source = await writeSmallMarket(folder, rows);
    const shuffled = [...rows].sort((a, b) =>
      a.split('').reverse().join('') < b.split('').reverse().join('') ? -1 : 1,
    );
    const other = await writeSmallMarket(folder, shuffled, 'shuffled.csv');

    const durable = await run(folder, source, 'temporal', ['--engine', 'temporal']);
    expect(durable.stdout.trimEnd().split('\n')).toHaveLength(1);
    expect(durable.summary).toMatchObject({
      asOf: '2023-12',
      retailers: 200,
      eligible: 200,
      verdict: 'first',
      champion: true,
    });
    // What a warehouse or a feature store would have given in place of sales.
    const files = Object.keys(runFiles).filter((name) => name !== 'retailers.parquet');
    for (const file of files) await access(path.join(durable.folder, file));

    const inProcess = await run(folder, other, 'in-process', ['--engine', 'in-process']);
    const sums = await runFolderSums(durable.folder);
    expect(await runFolderSums(inProcess.folder)).toEqual(sums);

    const manifest = parseManifest(await readFile(path.join(durable.folder, 'manifest.json')), 'manifest');
    expect(
      Object.fromEntries(Object.entries(manifest.files).map(([name, { sha256 }]) => [name, sha256])),
    ).toEqual(sums);
  });

  test('with --raw off it leaves the baseline out and says null', async () => {
    const folder = await tempFolder();
    const { summary, folder: runFolder } = await run(folder, await writeSmallMarket(folder), 'store', [
      ...['--raw', 'off', '--engine', 'in-process'],
    ]);
    expect(summary.raw).toBeNull();
    await expect(access(path.join(runFolder, 'hdbscan-raw.json.gz'))).rejects.toThrow('ENOENT');
  });

  test('finds the two behaviours that were planted', async () => {
    const folder = await tempFolder();
    const ran = await run(folder, await writeSmallMarket(folder), 'store', ['--engine', 'in-process']);
    const lines = (await readFile(path.join(ran.folder, 'assignments.csv'), 'utf8'))
      .trimEnd()
      .split('\n')
      .slice(1);
    const segmentOf = (parity: number): Set<string> =>
      new Set(
        lines
          .map((line) => line.split(','))
          .filter(([shop, segment]) => Number(shop!.slice(1)) % 2 === parity && segment !== '')
          .map(([, segment]) => segment!),
      );
    const [summer, winter] = [segmentOf(0), segmentOf(1)];
    expect([...summer].filter((segment) => winter.has(segment))).toEqual([]);
  });

  test('a file that is not there ends with exit code 1 and says where and what to do', async () => {
    const folder = await tempFolder();
    const { code, stdout, stderr } = await segments(
      ['run', '--source', 'csv:nothing.csv', '--as-of', '2023-12', '--engine', 'in-process', '--json'],
      { cwd: folder },
    );
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'SourceNotFound' } });
    expect(stderr).toContain('nothing.csv');
    expect(stderr).toContain('to do');
  });

  test('wrong flags end with exit code 2 before anything starts', async () => {
    const folder = await tempFolder();
    const { code, stderr } = await segments(
      [
        'run',
        '--source',
        'csv:sales.csv',
        '--as-of',
        '2023-13',
        '--set',
        'gate.minShareKept=2',
        '--engine',
        'in-process',
      ],
      { cwd: folder },
    );
    expect(code).toBe(2);
    expect(stderr).toContain('gate.minShareKept');
  });
});

describe('segments start', () => {
  test('backfills the sample on a server of its own, prints a table a month, and leaves no server behind', async () => {
    const folder = await tempFolder();
    const { code, stdout, stderr } = await segments(['start'], { cwd: folder });
    expect(code, stderr).toBe(0);
    for (const month of ['2017-10', '2017-11', '2017-12']) {
      expect(stdout).toContain(month);
      // Every stage is told, also those that ended just before the next month began, and in the order of months.
      const told = stderr.split('\n').filter((line) => line.startsWith(`${month} `));
      expect(told.map((line) => line.split(' ')[1])).toEqual(expect.arrayContaining([...retrainStages]));
      expect(told.at(-1)).toMatch(new RegExp(`^${month} (first|published|held)$`));
    }
    for (const word of [
      'latent HDBSCAN',
      'raw HDBSCAN',
      'control: PCA',
      'control: untrained',
      'Report',
      'Temporal UI',
    ]) {
      expect(stdout).toContain(word);
    }
    const ui = /http:\/\/127\.0\.0\.1:\d+/.exec(stdout)![0];
    await expect(fetch(ui)).rejects.toThrow();
    // Three months of real sales: a minute on two idle cores.
  }, 300_000);
});
