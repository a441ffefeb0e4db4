/**
 * The promise, measured: `npm run bench:stability [-- --seeds 5 --runs 12 --only stationary,random --size quick]`.
 * Synthetic markets with known truth, run month by month through the library, two processes at a time; then the
 * table, medians with the worst seed beside them.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
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
    /** One scenario and seed, as JSON: what a child process is started with. */
    task: { type: 'string' },
  },
});
if (!existsSync(new URL('../../dist/shared/contracts/config.js', import.meta.url))) {
  console.error('dist/ does not exist: build the project first (npm run build).');
  process.exit(1);
}

/** Name of the figure, target in words, whether a value reaches it, and whether more is better. */
const targets = {
  stationary: {
    'ARI to truth': ['≥ 0.95, worst ≥ 0.92', (m, w) => m >= 0.95 && w >= 0.92],
    kept: ['≥ 0.99, worst ≥ 0.98', (m, w) => m >= 0.99 && w >= 0.98],
    'runs whose IDs change': ['0', (_, w) => w === 0, 'less'],
    noise: ['≤ 0.15', (_, w) => w <= 0.15, 'less'],
    'largest share': ['≤ 0.40', (_, w) => w <= 0.4, 'less'],
  },
  random: {
    'ARI as a share of supervised': ['≥ 0.80, worst ≥ 0.65', (m, w) => m >= 0.8 && w >= 0.65],
  },
  pinned: {
    'ARI to truth': ['≥ 0.90', (m) => m >= 0.9],
    kept: ['≥ 0.97', (m) => m >= 0.97],
  },
  switching: {
    'switched that are found': ['≥ 0.80', (m) => m >= 0.8],
    'moves that are real': ['≥ 0.80', (m) => m >= 0.8],
  },
  emerging: { 'one new ID, others kept': ['≥ 4 of 5', null] },
  badMonth: { 'held for its data': ['5 of 5', null] },
  noise: {
    'no density structure said': ['5 of 5', null],
    'no HDBSCAN clusters published': ['5 of 5', null],
  },
};
const fewerIsBetter = /noise|largest|held$|change/;

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
  const results = new Map(names.map((name) => [name, []]));
  const started = Date.now();
  const next = async () => {
    const late = () => Date.now() - started > 60_000 * Number(options.minutes);
    for (let task = tasks.shift(); task !== undefined && !late(); task = tasks.shift()) {
      const figures = await inChild(task);
      results.get(task.scenario).push({ ...task, figures });
      const seconds = Math.round((Date.now() - started) / 1000);
      console.error(`${seconds} s  ${task.scenario} seed ${task.seed}  ${JSON.stringify(figures)}`);
    }
  };
  await Promise.all(Array.from({ length: Number(options.processes) }, next));
  print(results);
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
      const middle = median(values);
      const worst = fewerIsBetter.test(figure) ? Math.max(...values) : Math.min(...values);
      const [words, reached] = targets[scenario]?.[figure] ?? [''];
      const hits = values.filter((value) => value === 1).length;
      const good =
        words === ''
          ? ''
          : (reached ? reached(middle, worst) : hits >= Math.ceil(0.8 * values.length))
            ? '✓'
            : '✗';
      const shown =
        reached === null ? [`${hits} of ${values.length}`, ''] : [middle.toFixed(3), worst.toFixed(3)];
      console.log(
        `| ${scenario} | ${figure} | ${values.length} | ${shown.join(' | ')} | ${words} | ${good} |`,
      );
    }
  }
}
