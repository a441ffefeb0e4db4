/**
 * Whole fits, with labels and probabilities, of ours and of other packages, on the same points and the same machine:
 * `npm run bench:hdbscan -- [--dimensions 3,4,5,8,29] [--rows 1000,…] [--threads 1,2] [--packages ours,hdbscan,…]
 * [--limit CPU_SECONDS] [--fresh]`. Prints one table. Results are kept as they come, in the cache, so that a run that was
 * stopped goes on where it was; they hold only for the code, versions and points that they were measured with.
 * `--fresh` begins anew.
 */
import { spawn } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { setUp } from '../../infra/bootstrap.mjs';
import { digestOf } from '../digest-of.mjs';
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
    /** A fit that takes more CPU is stopped, and the package is asked for nothing larger of the kind. */
    limit: { type: 'string', default: '300' },
    fresh: { type: 'boolean', default: false },
  },
});
setUp();
const library = path.join(root, 'dist/shared/clustering/hdbscan/index.js');
const { adjustedRandIndex } = await import('../../dist/shared/stability/adjusted-rand-index.js');
const { contingency } = await import('../../dist/shared/stability/contingency.js');

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
const bench = path.join(root, 'bench/hdbscan');
const points = digestOf(path.join(bench, 'datasets.mjs'));
/** What a result is of: it is no longer one when this has changed. */
const digests = {
  // With what the library imports beside itself.
  ours: digestOf(
    path.dirname(library),
    path.join(root, 'dist/shared/numeric'),
    path.join(bench, 'fit-ours.mjs'),
  ),
  peers: digestOf(path.join(bench, 'peers'), path.join(bench, 'peers.mjs')),
};
const measured = (name) => `${points} ${name === 'ours' ? digests.ours : digests.peers}`;
const resultFile = path.join(cache, 'results.jsonl');
if (options.fresh) rmSync(resultFile, { force: true });
const results = existsSync(resultFile)
  ? readFileSync(resultFile, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
      .filter(({ name, of }) => of === measured(name))
  : [];
/** Fits that take a few hundredths of a second are done so often, and the one of median CPU counts. */
const repeats = (n) => (n <= 5000 ? 5 : 1);

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
    const file = path.join(work, `${n}x${d}.f64`);
    writeFileSync(file, d === 29 ? classicFeatures(n) : blobs(n, d));
    for (const threads of numbers(options.threads)) {
      for (const [name, { threaded, command }] of Object.entries(contestants)) {
        const same = (r) => r.name === name && r.d === d && r.threads === threads;
        const known = results.some((r) => same(r) && (r.n === n || (r.stopped && r.n < n)));
        if (known || !asked.includes(name) || (threads > 1 && !threaded)) continue;
        const result = { name, n, d, threads, of: measured(name) };
        const [program, args] = command([file, n, d, 50, 10, threads, labelsOf(result)].map(String));
        const fits = [];
        for (let i = 0; i < repeats(n) && !fits.at(-1)?.stopped; i++) {
          fits.push(await fit(program, args, threads));
        }
        const byCpu = fits.sort((a, b) => a.cpu - b.cpu);
        Object.assign(result, byCpu.find(({ stopped }) => stopped) ?? byCpu[byCpu.length >> 1]);
        results.push(result);
        appendFileSync(resultFile, `${JSON.stringify(result)}\n`);
        console.error(JSON.stringify(result));
      }
    }
    rmSync(file);
  }
}

/** Figures of one fit, or what stopped it. */
async function fit(program, args, threads) {
  const env = { ...process.env, OMP_NUM_THREADS: String(threads), NUMBA_NUM_THREADS: String(threads) };
  // The shell's limit holds for each process of the fit; what is stopped by it dies of SIGKILL or SIGXCPU.
  const child = spawn(
    'sh',
    ['-c', `ulimit -t ${Number(options.limit)} && exec "$@"`, 'sh', program, ...args],
    {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const text = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr']) child[stream].on('data', (data) => (text[stream] += data));
  const [status, signal] = await new Promise((resolve, reject) =>
    child.on('close', (...ended) => resolve(ended)).on('error', reject),
  );
  if (status === 0) return JSON.parse(text.stdout.trim().split('\n').at(-1));
  return {
    stopped: ['SIGKILL', 'SIGXCPU'].includes(signal) ? `> ${options.limit} s` : 'failed',
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
  result.ari = adjustedRandIndex(contingency(read(own), read(reference)));
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
