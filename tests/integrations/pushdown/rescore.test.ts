import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { type RescoreSummary } from '../../../shared/contracts/rescore-summary.js';
import { segments } from '../../support/segments-command.js';
import { tempFolder } from '../../support/temp-folder.js';
import { marketTable } from '../../integration/sources/same-segments.js';
import { asCsv, type Placed } from '../../integration/sources/source-contract.js';
import { bigQuerySystem, startTestBigQuery } from '../sources/bigquery-system.js';

const emulator = await startTestBigQuery();
afterAll(() => emulator?.stop());

test.skipIf(emulator === undefined)(
  'retailers that the warehouse computed, some of them too young, are scored as those of a CSV are',
  async () => {
    const folder = await tempFolder();
    const command = async (name: string, { source, env }: Placed, ...more: string[]) =>
      await segments(
        [
          ...[name, '--source', JSON.stringify(source), ...more, '--engine', 'in-process', '--json'],
          ...['--artifacts', pathToFileURL(path.join(folder, 'store')).href],
        ],
        { cwd: folder, env: env as Record<string, string> },
      );
    const market = marketTable();
    const young = market.rows.filter(([, , year]) => year === 2023).slice(0, 900);
    const table = {
      ...market,
      rows: [...market.rows, ...young.map(([shop, ...rest]) => [`young ${shop}`, ...rest])],
    };
    const trained = await command('run', await asCsv(market), '--as-of', '2023-12', '--raw', 'off');
    expect(trained.code, trained.stderr).toBe(0);

    const pushedDown = async (): Promise<Placed> => {
      const { source, env } = await bigQuerySystem(emulator!).put(table);
      return { source: { ...source, pushdown: true } as Placed['source'], env };
    };
    const placed = await pushedDown();
    const assignments: string[] = [];
    for (const each of [await asCsv(table), placed]) {
      const { code, stdout, stderr } = await command('rescore', each, '--as-of', '2023-12');
      expect(code, stderr).toBe(0);
      const { artifacts } = JSON.parse(stdout.trimEnd().split('\n').at(-1)!) as RescoreSummary;
      assignments.push(await readFile(path.join(fileURLToPath(artifacts!), 'assignments.csv'), 'utf8'));
    }
    expect(assignments[1]).toBe(assignments[0]);
    expect(assignments[0]!.split('\n').length).toBeGreaterThan(200);

    const { code, stderr, stdout } = await command('rescore', placed);
    expect(code).not.toBe(0);
    expect(stderr + stdout).toContain('asOf: found nothing; expected a month, as source.pushdown is true');
  },
  300_000,
);
