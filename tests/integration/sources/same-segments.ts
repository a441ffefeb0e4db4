import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect } from 'vitest';
import { runSummarySchema } from '../../../shared/contracts/run-summary.js';
import { segments } from '../../support/segments-command.js';
import { smallMarketRows } from '../../support/small-market.js';
import { tempFolder } from '../../support/temp-folder.js';
import { type Placed, type TestTable } from './source-contract.js';

/** The small market as a table with types. */
export function marketTable(): TestTable {
  return {
    columns: [
      { name: 'shop_id', type: 'text' },
      { name: 'product_id', type: 'text' },
      { name: 'year', type: 'integer' },
      { name: 'month', type: 'integer' },
      { name: 'sales_qty', type: 'number' },
    ],
    rows: smallMarketRows().map((row) => {
      const [shop, product, year, month, quantity] = row.split(',');
      return [shop!, product!, Number(year), Number(month), Number(quantity)];
    }),
  };
}

const compared = ['sales.parquet', 'features.parquet', 'assignments.csv'] as const;

/** Runs the whole method on a source; returns the bytes of what it made. */
export async function segmentsOf(
  { source, env }: Placed,
  names: readonly string[] = compared,
): Promise<Record<string, Buffer>> {
  const folder = await tempFolder();
  const { code, stdout, stderr } = await segments(
    [
      ...[
        'run',
        '--source',
        JSON.stringify(source),
        '--as-of',
        '2023-12',
        '--engine',
        'in-process',
        '--json',
      ],
      ...['--raw', 'off', '--artifacts', pathToFileURL(path.join(folder, 'store')).href],
    ],
    { cwd: folder, env: env as Record<string, string> },
  );
  expect(code, stderr).toBe(0);
  const { artifacts } = runSummarySchema.parse(JSON.parse(stdout.trimEnd().split('\n').at(-1)!));
  const files = names.map(
    async (name) => [name, await readFile(path.join(fileURLToPath(artifacts), name))] as const,
  );
  return Object.fromEntries(await Promise.all(files));
}

/** Fails where a source leads to other bytes than `expected`. */
export async function expectSameSegments(placed: Placed, expected: Record<string, Buffer>): Promise<void> {
  const found = await segmentsOf(placed);
  for (const name of compared) expect(found[name]!.equals(expected[name]!), name).toBe(true);
}
