#!/usr/bin/env node
// How time and memory grow with the number of retailers, on this machine: makes a market, runs one whole month in process,
// and prints a table. Wall time is what a person waits, CPU time what a busy machine does not distort.
//   node bench/scale/run.mjs [retailers …]        default 1000 4000 16000; 36 months, 60 products
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const { writeMarket } = await import('../../dist/shared/market/write-market.js');
const sizes = process.argv.slice(2).map(Number);
const ticks = Number(spawnSync('getconf', ['CLK_TCK']).stdout) || 100;
const groups = [
  ['ingest', ['ingest', 'eligibility', 'features', 'scale']],
  ['train', ['trainAutoencoder', 'encode']],
  ['latent', ['clusterLatent']],
  ['mixture', ['clusterMixture']],
  ['raw', ['clusterRaw']],
  ['controls', ['controls']],
  ['rest', ['identifySegments', 'compare', 'gate', 'report', 'publish']],
];

/** Peak memory in MB and CPU seconds of a process that still runs. */
function usage(pid) {
  try {
    const peak = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { peak: Number(peak[1]) / 1024, cpu: (Number(fields[11]) + Number(fields[12])) / ticks };
  } catch {
    return undefined;
  }
}

async function measure(retailers) {
  const folder = mkdtempSync(path.join(tmpdir(), 'segments-scale-'));
  try {
    const salesPath = path.join(folder, 'sales.parquet');
    const { rows } = await writeMarket({
      options: { retailers, products: 60, from: '2021-01', to: '2023-12', seed: 1 },
      salesPath,
    });
    const began = performance.now();
    const child = spawn(
      process.execPath,
      [
        path.join(root, 'dist/cli/main.js'),
        ...[
          'run',
          '--source',
          `parquet:${salesPath}`,
          '--as-of',
          '2023-12',
          '--engine',
          'in-process',
          '--json',
        ],
        ...['--quiet', '--artifacts', pathToFileURL(path.join(folder, 'store')).href],
      ],
      { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] },
    );
    let stdout = '';
    let seen = { peak: 0, cpu: 0 };
    child.stdout.on('data', (chunk) => (stdout += chunk));
    const timer = setInterval(() => (seen = usage(child.pid) ?? seen), 100);
    const code = await new Promise((resolve) => child.once('close', resolve));
    clearInterval(timer);
    if (code !== 0) throw new Error(`exit code ${code}: ${stdout}`);
    const seconds = (performance.now() - began) / 1000;
    const { artifacts } = JSON.parse(stdout.trim().split('\n').at(-1));
    const { timings } = JSON.parse(readFileSync(new URL(`${artifacts}/manifest.json`), 'utf8'));
    const time = (names) =>
      timings
        .filter(({ stage }) => names.includes(stage))
        .reduce((sum, { startedAt, finishedAt }) => sum + ((finishedAt ?? 0) - (startedAt ?? 0)) / 1000, 0);
    return {
      retailers,
      rows,
      fileMb: statSync(salesPath).size / 1e6,
      seconds,
      ...seen,
      groups: groups.map(([, names]) => time(names)),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

console.log(
  `${availableParallelism()} cores, Node ${process.versions.node}; seconds by stage overlap where stages run side by side\n`,
);
const names = groups.map(([name]) => name);
console.log(`| retailers | rows | Parquet MB | wall s | CPU s | peak MB | ${names.join(' | ')} |`);
console.log(`|${'---|'.repeat(6 + names.length)}`);
for (const retailers of sizes.length > 0 ? sizes : [1000, 4000, 16000]) {
  const m = await measure(retailers);
  const cells = [
    m.retailers.toLocaleString('en'),
    m.rows.toLocaleString('en'),
    m.fileMb.toFixed(1),
    m.seconds.toFixed(0),
    m.cpu.toFixed(0),
    m.peak.toFixed(0),
    ...m.groups.map((each) => each.toFixed(1)),
  ];
  console.log(`| ${cells.join(' | ')} |`);
}
