#!/usr/bin/env node
// `npm run test:faults`: every fault in a fixed number of seeded rounds against real processes, then the table of what was
// seen. Arguments filter by file name, as vitest takes them.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { setUp } from './bootstrap.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
setUp();
const folder = mkdtempSync(path.join(tmpdir(), 'segments-faults-'));
const tableFile = path.join(folder, 'table.jsonl');
try {
  const { status } = spawnSync(
    process.execPath,
    [
      path.join(root, 'node_modules/vitest/vitest.mjs'),
      'run',
      '--config',
      'vitest.faults.config.ts',
      ...process.argv.slice(2),
    ],
    { cwd: root, stdio: 'inherit', env: { ...process.env, SEGMENTS_FAULT_TABLE: tableFile } },
  );
  const rows = existsSync(tableFile)
    ? readFileSync(tableFile, 'utf8')
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line))
    : [];
  console.log('\n| fault | rounds | held | seen |\n|---|---|---|---|');
  for (const { fault, rounds, held, seen } of rows)
    console.log(`| ${fault} | ${rounds} | ${held} | ${seen} |`);
  const broken = rows.filter(({ rounds, held }) => held < rounds).length;
  console.log(`\n${rows.length} faults, ${rows.length - broken} held, ${broken} did not`);
  process.exitCode = status === 0 && broken === 0 && rows.length > 0 ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
