import { expect, test } from 'vitest';
import { configSchema } from '../../../shared/contracts/config.js';
import { runCommand } from '../../../shared/report/run-command.js';

test('the command that repeats a run names source, month, the run compared with, and every setting off its default', () => {
  const command = runCommand({
    source: { kind: 'csv', path: "/data/o'neil sales.csv" },
    asOf: '2023-12',
    comparedWith: { runId: 'abc', asOf: '2023-11' },
    config: configSchema.parse({ seed: 7, gate: { minShareKept: 0.9 }, clusterer: 'mixture' }),
  });
  expect(command.split(' \\\n  ')).toEqual([
    `segments run --source 'csv:/data/o'\\''neil sales.csv' --as-of 2023-12`,
    '--compare-to abc',
    '--set seed=7',
    `--set 'clusterer="mixture"'`,
    '--set gate.minShareKept=0.9',
  ]);
});

test('a run of defaults that was compared with nothing is a short command', () => {
  const command = runCommand({
    source: { kind: 'kaggle', dataset: 'owner/set', file: 'sales.csv' },
    asOf: '2023-12',
    comparedWith: null,
    config: configSchema.parse({}),
  });
  expect(command).toBe(
    `segments run --source '{"kind":"kaggle","dataset":"owner/set","file":"sales.csv"}' --as-of 2023-12 \\\n  --compare-to none`,
  );
});

test('a signed address is named without its signature', () => {
  const command = runCommand({
    source: { kind: 'csv', path: 'https://host/sales.csv?signature=secret' },
    asOf: '2023-12',
    comparedWith: null,
    config: configSchema.parse({}),
  });
  expect(command).toContain('--source csv:https://host/sales.csv --as-of');
  expect(command).not.toContain('secret');
});
