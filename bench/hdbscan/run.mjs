/**
 * Whole fits, with labels and probabilities, of ours and of other packages, on the same points and the same machine:
 * `npm run bench:hdbscan -- [--dimensions 3,4,5,8,29] [--rows 1000,…] [--threads 1,2] [--packages ours,hdbscan,…]
 * [--limit SECONDS] [--fresh]`. Prints one table. Results are kept as they come, in the cache, so that a run that was
 * stopped goes on where it was; `--fresh` begins anew.
 */
import { spawn } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { setUp } from '../../infra/bootstrap.mjs';
import { adjustedRandIndex } from './adjusted-rand-index.mjs';
import { blobs, classicFeatures } from './datasets.mjs';
import { installPeers, versions } from './peers.mjs';
import { table } from './table.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const { values: options } = parseArgs({
  options: {
    dimensions: { type: 'string', default: '3,4,5,8,29' },
    rows: { type: 'string' },
    threads: { type: 'string', default: '1,2' },
    packages: { type: 'string' },
    /** A fit that takes longer is stopped, and the package is asked for nothing larger of the kind. */
    limit: { type: 'string', default: '300' },
    library: { type: 'string' },
    fresh: { type: 'boolean', default: false },
  },
});
if (options.library === undefined) setUp();
const library = options.library ?? path.join(root, 'dist/shared/clustering/hdbscan/index.js');

const cache = path.join(
  process.env['XDG_CACHE_HOME'] || path.join(os.homedir(), '.cache'),
  'stable-segments/bench-peers',
);
const contestants = {
  ours: {
    threaded: true,
    command: (args) => [process.execPath, [path.join(root, 'bench/hdbscan/fit-ours.mjs'), library, ...args]],
  },
  ...installPeers(cache),
};
const work = path.join(cache, 'work');
mkdirSync(work, { recursive: true });
const resultFile = path.join(cache, 'results.jsonl');
if (options.fresh) rmSync(resultFile, { force: true });
const results = existsSync(resultFile)
  ? readFileSync(resultFile, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
  : [];

const numbers = (text) => text.split(',').map(Number);
const asked = options.packages?.split(',') ?? Object.keys(contestants);
const rowsOf = (d) =>
  options.rows !== undefined
    ? numbers(options.rows)
    : d === 29
      ? [1000, 5000, 20000, 60000, 100000]
      : [1000, 5000, 50000, 100000, 1000000];
const labelsOf = ({ name, n, d }) => path.join(work, `${name}.${n}x${d}.i32`);

for (const d of numbers(options.dimensions)) {
  for (const n of rowsOf(d)) {
    const points = path.join(work, `${n}x${d}.f64`);
    writeFileSync(points, d === 29 ? classicFeatures(n) : blobs(n, d));
    for (const threads of numbers(options.threads)) {
      for (const [name, { threaded, command }] of Object.entries(contestants)) {
        const same = (r) => r.name === name && r.d === d && r.threads === threads;
        const known = results.some((r) => same(r) && (r.n === n || (r.stopped && r.n < n)));
        if (known || !asked.includes(name) || (threads > 1 && !threaded)) continue;
        const result = { name, n, d, threads };
        const [program, args] = command([points, n, d, 50, 10, threads, labelsOf(result)].map(String));
        Object.assign(result, await fit(program, args, threads));
        results.push(result);
        appendFileSync(resultFile, `${JSON.stringify(result)}\n`);
        console.error(JSON.stringify(result));
      }
    }
    rmSync(points);
  }
}

/** Figures of one fit, or what stopped it. Ends the whole process group, so that no worker of a peer stays behind. */
async function fit(program, args, threads) {
  const env = { ...process.env, OMP_NUM_THREADS: String(threads), NUMBA_NUM_THREADS: String(threads) };
  const child = spawn(program, args, { env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const text = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr']) child[stream].on('data', (data) => (text[stream] += data));
  let stopped = false;
  const timer = setTimeout(
    () => {
      stopped = true;
      process.kill(-child.pid, 'SIGKILL');
    },
    Number(options.limit) * 1000,
  );
  const status = await new Promise((resolve, reject) => child.on('close', resolve).on('error', reject));
  clearTimeout(timer);
  if (status === 0) return JSON.parse(text.stdout.trim().split('\n').at(-1));
  return {
    stopped: stopped ? `> ${options.limit} s` : 'failed',
    error: text.stderr.trim().split('\n').at(-1),
  };
}

function read(file) {
  const bytes = readFileSync(file);
  return new Int32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
}

for (const result of results) {
  const [own, reference] = [labelsOf(result), labelsOf({ ...result, name: 'hdbscan' })];
  if (result.stopped || !existsSync(own) || !existsSync(reference)) continue;
  result.ari = adjustedRandIndex(read(own), read(reference));
}

const gigabytes = (os.totalmem() / 2 ** 30).toFixed(0);
console.log(
  [
    `Machine: ${os.cpus()[0].model.trim()}, ${os.cpus().length} cores, ${gigabytes} GB, ${os.type()} ${os.arch()}.`,
    `Versions: Node ${process.versions.node}, ${versions.join(', ')}.`,
    '',
    table(results, Object.keys(contestants)),
  ].join('\n'),
);
