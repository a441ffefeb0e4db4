/**
 * Whole fits, with labels and probabilities, of ours and of other packages, on the same points and the same machine:
 * `node bench/hdbscan/run.mjs [--dimensions 3,4,5,8,29] [--rows 1000,…] [--threads 1,2]
 * [--packages ours,hdbscan,…] [--limit SECONDS] [--fresh]`.
 * Results are kept as they come, in the cache, so that a run that was stopped goes on where it was.
 */
import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { adjustedRandIndex } from './adjusted-rand-index.mjs';
import { blobs, classicFeatures } from './datasets.mjs';
import { installPeers } from './peers.mjs';
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
    library: { type: 'string', default: path.join(root, 'dist/shared/clustering/hdbscan/index.js') },
    fresh: { type: 'boolean', default: false },
  },
});
if (!existsSync(options.library)) {
  console.error(`${options.library} does not exist: build the project first (npm run build).`);
  process.exit(1);
}

const cache = path.join(
  process.env['XDG_CACHE_HOME'] ?? path.join(os.homedir(), '.cache'),
  'stable-segments/bench-peers',
);
const peers = installPeers(cache);
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

const contestants = {
  ours: {
    threaded: true,
    command: (args) => [
      process.execPath,
      [path.join(root, 'bench/hdbscan/fit-ours.mjs'), options.library, ...args],
    ],
  },
  ...peers,
};

const asked = options.packages?.split(',') ?? Object.keys(contestants);
const defaultRows = (d) =>
  d === 29 ? [1000, 5000, 20000, 60000, 100000] : [1000, 5000, 50000, 100000, 1000000];
for (const d of options.dimensions.split(',').map(Number)) {
  const tooSlow = new Set();
  for (const n of options.rows?.split(',').map(Number) ?? defaultRows(d)) {
    const points = path.join(work, `${n}x${d}.f64`);
    writeFileSync(points, d === 29 ? classicFeatures(n) : blobs(n, d));
    for (const threads of options.threads.split(',').map(Number)) {
      for (const [name, { threaded, command }] of Object.entries(contestants)) {
        if (!asked.includes(name)) continue;
        const kind = `${name}/${threads}`;
        const done = results.find((r) => r.name === name && r.n === n && r.d === d && r.threads === threads);
        if (done) {
          if (done.stopped) tooSlow.add(kind);
          continue;
        }
        if ((threads > 1 && !threaded) || tooSlow.has(kind)) continue;
        const labels = path.join(work, `${name}.${n}x${d}.i32`);
        const [program, args] = command([points, n, d, 50, 10, threads, labels].map(String));
        const { status, stdout, stderr } = spawnSync(program, args, {
          timeout: Number(options.limit) * 1000,
          encoding: 'utf8',
          env: { ...process.env, OMP_NUM_THREADS: String(threads), NUMBA_NUM_THREADS: String(threads) },
        });
        const result = { name, n, d, threads };
        if (status === 0) {
          Object.assign(result, JSON.parse(stdout.trim().split('\n').at(-1)));
          const reference = path.join(work, `hdbscan.${n}x${d}.i32`);
          if (existsSync(reference)) result.ari = adjustedRandIndex(read(labels), read(reference));
        } else {
          result.stopped = true;
          if (stderr) result.error = stderr.trim().split('\n').at(-1);
          tooSlow.add(kind);
        }
        results.push(result);
        appendFileSync(resultFile, `${JSON.stringify(result)}\n`);
        console.error(JSON.stringify(result));
      }
    }
    rmSync(points);
  }
}

function read(file) {
  const bytes = readFileSync(file);
  return new Int32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
}

console.log(table(results, Object.keys(contestants)));
