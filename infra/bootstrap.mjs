#!/usr/bin/env node
// Makes a fresh clone runnable with nothing but Node: installs the packages, compiles, bundles the workflows, each only
// where something changed, then hands over to the `segments` command. Node built-ins only; talks on standard error.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const at = (...parts) => path.join(root, ...parts);
const say = (text) => process.stderr.write(`${text}\n`);

const oldestNode = 20;
if (Number(process.versions.node.split('.')[0]) < oldestNode) {
  say(`stable-segments needs Node ${oldestNode} or newer; this is ${process.versions.node}.`);
  process.exit(69);
}

const sourceFolders = ['workflows', 'activities', 'workers', 'shared', 'infra', 'cli'];

function sourceFiles(folder) {
  return readdirSync(at(folder), { withFileTypes: true }).flatMap((entry) => {
    const name = path.posix.join(folder, entry.name);
    if (entry.isDirectory()) return sourceFiles(name);
    return /\.(ts|mjs|wasm)$/.test(entry.name) ? [name] : [];
  });
}

function digest(files) {
  const hash = createHash('sha256').update(process.versions.node.split('.')[0]);
  for (const file of files) hash.update(`${file}\0`).update(readFileSync(at(file)));
  return hash.digest('hex');
}

const stamped = (stamp, value) => existsSync(at(stamp)) && readFileSync(at(stamp), 'utf8') === value;

function run(what, command, args) {
  const started = Date.now();
  say(`• ${what} …`);
  // Standard output belongs to the command's own answer, so what tools print goes to standard error.
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (error || status !== 0) {
    say(`${what} failed (${error ? error.message : `exit code ${status}`}). The lines above say why.`);
    process.exit(70);
  }
  say(`  done in ${((Date.now() - started) / 1000).toFixed(1)} s`);
}

function alive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Two commands at once on a fresh clone must not install into each other. */
function withLock(work) {
  mkdirSync(at('.segments'), { recursive: true });
  const lock = at('.segments', 'setup.lock');
  const pause = new Int32Array(new SharedArrayBuffer(4));
  let waited = false;
  for (;;) {
    try {
      const handle = openSync(lock, 'wx');
      writeSync(handle, String(process.pid));
      closeSync(handle);
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      let owner = NaN;
      let age = 0;
      try {
        owner = Number(readFileSync(lock, 'utf8') || NaN);
        age = Date.now() - statSync(lock).mtimeMs;
      } catch {
        continue;
      }
      if (Number.isInteger(owner) ? !alive(owner) : age > 5000) rmSync(lock, { force: true });
      else {
        if (!waited) say('• waiting for another set-up of this folder …');
        waited = true;
        Atomics.wait(pause, 0, 0, 300);
      }
    }
  }
  try {
    work();
  } finally {
    rmSync(lock, { force: true });
  }
}

function upToDate(lockHash, sourceHash) {
  return stamped('node_modules/.segments-lock', lockHash) && stamped('dist/.source-hash', sourceHash);
}

/** Installs and compiles what is missing or old. A second call costs a few milliseconds. */
export function setUp() {
  const lockHash = digest(['package-lock.json']);
  const sources = [
    ...sourceFolders.flatMap(sourceFiles),
    'temporal.config.ts',
    'tsconfig.json',
    'tsconfig.build.json',
  ].sort();
  const sourceHash = digest([...sources, 'package-lock.json']);
  if (upToDate(lockHash, sourceHash)) return;
  withLock(() => {
    if (!stamped('node_modules/.segments-lock', lockHash)) {
      run('installing packages (npm ci)', 'npm', ['ci', '--no-fund', '--no-audit', '--loglevel', 'error']);
      writeFileSync(at('node_modules', '.segments-lock'), lockHash);
    }
    if (!stamped('dist/.source-hash', sourceHash)) {
      rmSync(at('dist'), { recursive: true, force: true });
      run('compiling', process.execPath, [
        at('node_modules/typescript/bin/tsc'),
        '-p',
        'tsconfig.build.json',
      ]);
      run('bundling workflows', process.execPath, [at('dist/infra/bundle-workflows.js')]);
      writeFileSync(at('dist', '.source-hash'), sourceHash);
    }
  });
}

if (process.argv[1] && path.resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  setUp();
  const entry = at('dist/cli/main.js');
  process.argv[1] = entry;
  await import(pathToFileURL(entry).href);
}
