#!/usr/bin/env node
// `npm test`: sets up a fresh clone, checks types, lint and format, runs the tests, and ends with one line that counts them.
// `npm run test:integrations` (--integrations) runs what tests/integrations holds instead: tests against servers that take
// minutes to install. What cannot be had on a machine is skipped there by name, and counted.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { setUp } from './bootstrap.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const node = (args) => spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' }).status ?? 1;

const flags = ['--no-lint', '--integrations'];
const integrations = process.argv.includes('--integrations');

setUp();
const lint = process.argv.includes('--no-lint')
  ? 0
  : spawnSync('npm', ['run', '--silent', 'lint'], {
      cwd: root,
      stdio: 'inherit',
      shell: process.platform === 'win32',
    }).status;

const folder = mkdtempSync(path.join(tmpdir(), 'segments-tests-'));
const resultFile = path.join(folder, 'results.json');
const named = process.argv.slice(2).filter((argument) => !flags.includes(argument));
const projects = integrations ? ['integrations'] : ['unit', 'whole'];
const status = node([
  path.join(root, 'node_modules/vitest/vitest.mjs'),
  'run',
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${resultFile}`,
  ...projects.flatMap((project) => ['--project', project]),
  ...named,
]);

let counts = { passed: 0, failed: 0, skipped: 0 };
try {
  const result = JSON.parse(readFileSync(resultFile, 'utf8'));
  // A file that cannot even be loaded has no tests to count: it is a failure all the same.
  const brokenFiles = result.testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.length === 0,
  );
  const skipped = result.testResults
    .flatMap((file) => file.assertionResults)
    .filter((test) => test.status === 'skipped' || test.status === 'pending');
  for (const test of skipped) console.log(`skipped: ${test.fullName}`);
  counts = {
    passed: result.numPassedTests,
    failed: result.numFailedTests + brokenFiles.length,
    skipped: result.numPendingTests,
  };
} finally {
  rmSync(folder, { recursive: true, force: true });
}
if (lint !== 0) {
  console.log('lint, format or types: failed, see above');
  counts.failed += 1;
}
console.log(
  `${counts.passed} passed, ${counts.failed} failed${counts.skipped > 0 ? `, ${counts.skipped} skipped` : ''}`,
);
// Where no heavy server can be had, all of its tests are skipped, and that is no failure.
const ran = counts.passed > 0 || (integrations && counts.skipped > 0);
process.exitCode = status !== 0 || counts.failed > 0 || !ran ? 1 : 0;
