/**
 * The promise, measured: `npm run bench:stability [-- --seeds 5 --runs 12 --only stationary,random --size quick]`.
 * Synthetic markets with known truth, run month by month through the library, two processes at a time; then the
 * table, medians with the worst seed beside them. Each cell, a scenario and seed, is kept in `.results/` under a hash of the
 * code and the task: a rerun goes on where one ended, and no figure outlives the code that it is of.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { digestOf } from '../digest-of.mjs';
import { median } from './measures.mjs';

const self = fileURLToPath(import.meta.url);
const { values: options } = parseArgs({
  options: {
    seeds: { type: 'string', default: '5' },
    runs: { type: 'string', default: '12' },
    only: { type: 'string' },
    size: { type: 'string', default: 'full' },
    /** No task begins after this many minutes; the table then says how many seeds each figure is of. */
    minutes: { type: 'string', default: '600' },
    processes: { type: 'string', default: '2' },
    /** Only prints what is already known of this code and these tasks. */
    table: { type: 'boolean', default: false },
    /** Writes every figure there, as JSON. */
    json: { type: 'string' },
    /** One scenario and seed, as JSON: what a child process is started with. */
    task: { type: 'string' },
  },
});
if (!existsSync(new URL('../../dist/shared/contracts/config.js', import.meta.url))) {
  console.error('dist/ does not exist: build the project first (npm run build).');
  process.exit(1);
}

/** By scenario and figure: what the median and the worst seed must reach, or in which share of the seeds it must be 1. */
const targets = {
  stationary: {
    'ARI to truth': { median: 0.95, worst: 0.92 },
    kept: { median: 0.99, worst: 0.98 },
    'runs whose IDs change': { worst: 0 },
    noise: { worst: 0.15 },
    'largest share': { worst: 0.4 },
  },
  random: { 'ARI as a share of supervised': { median: 0.8, worst: 0.65 } },
  pinned: { 'ARI to truth': { median: 0.9 }, kept: { median: 0.97 } },
  switching: { 'switched that are found': { median: 0.8 }, 'moves that are real': { median: 0.8 } },
  emerging: { 'one new ID, others kept': { share: 0.8 } },
  badMonth: { 'held for its data': { share: 1 } },
  noise: { 'no density structure said': { share: 1 }, 'no HDBSCAN clusters published': { share: 1 } },
};
/** Of all other figures more is better. */
const fewerIsBetter = /noise$|largest share$|^runs held$|IDs change$/;

if (options.task !== undefined) {
  const { scenarios } = await import('./scenarios.mjs');
  const { scenario, ...task } = JSON.parse(options.task);
  process.stdout.write(`${JSON.stringify(await scenarios[scenario](task))}\n`);
} else {
  const { scenarios, sizes } = await import('./scenarios.mjs');
  const names = options.only?.split(',') ?? Object.keys(scenarios);
  const tasks = [];
  for (let seed = 0; seed < Number(options.seeds); seed++) {
    for (const scenario of names) {
      const retailers = sizes[options.size][seed % sizes[options.size].length];
      tasks.push({ scenario, seed, retailers, runs: Number(options.runs) });
    }
  }
  const code = hashOfCode();
  const results = new Map(names.map((name) => [name, []]));
  const started = Date.now();
  const next = async () => {
    const late = () => Date.now() - started > 60_000 * Number(options.minutes);
    for (let task = tasks.shift(); task !== undefined && !late(); task = tasks.shift()) {
      const kept = keptAt(code, task);
      if (options.table && !existsSync(kept)) continue;
      const figures = existsSync(kept) ? JSON.parse(readFileSync(kept, 'utf8')) : await inChild(task);
      if (figures.failed === undefined) keep(kept, figures);
      results.get(task.scenario).push({ ...task, figures });
      const seconds = Math.round((Date.now() - started) / 1000);
      console.error(`${seconds} s  ${task.scenario} seed ${task.seed}  ${JSON.stringify(figures)}`);
    }
  };
  await Promise.all(Array.from({ length: Number(options.processes) }, next));
  for (const runs of results.values()) runs.sort((a, b) => a.seed - b.seed);
  print(results);
  if (options.json !== undefined) {
    writeFileSync(options.json, `${JSON.stringify(Object.fromEntries(results), null, 1)}\n`);
  }
}

/** Of what the figures come from: parts of the built library and of this bench, not what reads sales, shows runs or prints tables. */
function hashOfCode() {
  const at = (...names) => names.map((name) => fileURLToPath(new URL(name, import.meta.url)));
  const parts = ['autoencoder', 'changes', 'clustering', 'contracts', 'controls', 'courses', 'features'];
  parts.push('identity', 'market', 'numeric', 'scoring', 'sql', 'stability');
  return digestOf(
    ...at(...parts.map((part) => `../../dist/shared/${part}`)),
    ...at('market-months.mjs', 'measures.mjs', 'run-month.mjs', 'scenarios.mjs', 'supervised.mjs'),
  );
}

function keptAt(code, task) {
  const key = createHash('sha256').update(code).update(JSON.stringify(task)).digest('hex').slice(0, 24);
  return fileURLToPath(new URL(`.results/${task.scenario}-${task.seed}-${key}.json`, import.meta.url));
}

function keep(file, figures) {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(`${file}.part`, JSON.stringify(figures));
  renameSync(`${file}.part`, file);
}

function inChild(task) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [self, '--task', JSON.stringify(task)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let text = '';
    child.stdout.on('data', (chunk) => (text += chunk));
    child.once('exit', (code) => resolve(code === 0 ? JSON.parse(text) : { failed: 1 }));
  });
}

function print(results) {
  console.log('| scenario | figure | seeds | median | worst seed | target | |');
  console.log('|---|---|---|---|---|---|---|');
  for (const [scenario, runs] of results) {
    const figures = [...new Set(runs.flatMap(({ figures: found }) => Object.keys(found)))];
    for (const figure of figures) {
      const values = runs.map(({ figures: found }) => found[figure] ?? NaN);
      const cells = judge(figure, values, targets[scenario]?.[figure]);
      console.log(`| ${scenario} | ${figure} | ${values.length} | ${cells.join(' | ')} |`);
    }
  }
}

/** Median, worst seed, the target in words, and whether it is reached. */
function judge(figure, values, target) {
  const mark = (reached) => (reached ? '✓' : '✗');
  if (target?.share !== undefined) {
    const needed = Math.ceil(target.share * values.length);
    const hits = values.filter((value) => value === 1).length;
    const words = `${target.share < 1 ? '≥ ' : ''}${needed} of ${values.length}`;
    return [`${hits} of ${values.length}`, '', words, mark(hits >= needed)];
  }
  if (Array.isArray(values[0])) return ['by month', '', '', ''];
  const fewer = fewerIsBetter.test(figure);
  const middle = median(values);
  const worst = fewer ? Math.max(...values) : Math.min(...values);
  const shown = [middle.toFixed(3), worst.toFixed(3)];
  if (target === undefined) return [...shown, '', ''];
  const limits = [
    ['', middle, target.median],
    ['worst ', worst, target.worst],
  ].filter(([, , limit]) => limit !== undefined);
  const words = limits.map(([of, , limit]) => `${of}${fewer ? '≤' : '≥'} ${limit}`).join(', ');
  const reached = limits.every(([, value, limit]) => (fewer ? value <= limit : value >= limit));
  return [...shown, words, mark(reached)];
}
