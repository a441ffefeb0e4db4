import { execFile, type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { appendFile, chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify, stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cacheFolder } from '../../infra/cache-folder.js';
import { connectClient } from '../../infra/temporal/connect.js';
import { type DevServer } from '../../infra/temporal/dev-server.js';
import { findTemporal } from '../../infra/temporal/find-executable.js';
import { freePort } from '../../infra/free-port.js';
import { describeError } from '../../cli/output.js';
import { createProgram } from '../../cli/program.js';
import { openStore } from '../../shared/artifacts/open-store.js';
import { type RunSummary } from '../../shared/contracts/run-summary.js';
import { temporalConfig } from '../../temporal.config.js';
import { cleanEnvironment, projectRoot } from '../support/segments-command.js';
import { writeSmallMarket } from '../support/small-market.js';
import { writeStoredRun } from '../support/stored-run.js';
import { startTestServer } from '../support/temporal-server.js';
import { apiPort, notRun, type PagePlan, plans } from './command-plan.js';
import { pages, shellBlocks, shellLines } from './pages.js';

const run = promisify(execFile);
/** Milliseconds: a command that never ends is a fault, a machine that is busy is not. */
const patience = 400_000;
const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const documented = new Map(pages().map((page) => [page.name, page]));
const reasonFor = (command: string): string | undefined =>
  notRun.find(([pattern]) => pattern.test(command))?.[1];

let root: string;
let server: DevServer;
let port: number;
const background: ChildProcess[] = [];
const ownEnvironment = { ...process.env };
const ownFolder = process.cwd();

beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'segments-docs-'));
  server = await startTestServer();
  port = await freePort();
  const bin = path.join(root, 'bin');
  await mkdir(bin);
  const entry = path.join(projectRoot, 'dist/cli/main.js');
  await writeFile(path.join(bin, 'segments'), `#!/bin/sh\nexec ${process.execPath} ${entry} "$@"\n`);
  await chmod(path.join(bin, 'segments'), 0o755);
  const { path: temporal } = await findTemporal(process.env, cacheFolder(process.env), () => undefined);
  await symlink(temporal, path.join(bin, 'temporal'));
  for (const name of ['tutorial', 'market', 'none']) {
    const folder = path.join(root, name);
    await mkdir(folder);
    await symlink(path.join(projectRoot, 'samples'), path.join(folder, 'samples'));
  }
  const market = path.join(root, 'market');
  await writeSmallMarket(market);
  const rows = await writeSmallMarket(market, undefined, 'outlets.csv');
  await run('sed', ['-i', '1s/.*/Outlet,product_id,year,month,Units/', rows]);
}, 120_000);

afterAll(async () => {
  process.chdir(ownFolder);
  await server?.stop();
  await rm(root, { recursive: true, force: true });
});

/** Words of a command as a shell would part them; undefined where it takes more than a program and its arguments. */
function plainWords(command: string): string[] | undefined {
  if (/[|<>$;&`]/.test(command.replace(/'[^']*'|"[^"]*"/g, ''))) return undefined;
  return (command.match(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g) ?? []).map((word) =>
    word.replace(/^(['"])([\s\S]*)\1$/, '$2'),
  );
}

/** `segments …` in this process: what it printed, and its exit code. */
async function inProcess(words: readonly string[]): Promise<{ code: number; output: string }> {
  let output = '';
  const streams = [process.stdout, process.stderr] as const;
  const writes = streams.map((stream) => stream.write.bind(stream));
  for (const stream of streams) {
    stream.write = ((chunk: string | Uint8Array): boolean => {
      output += String(chunk);
      return true;
    }) as typeof stream.write;
  }
  try {
    process.exitCode = undefined;
    await createProgram('0.0.0').parseAsync([...words], { from: 'user' });
    return { code: Number(process.exitCode ?? 0), output };
  } catch (error) {
    return { code: 1, output: `${output}\n${describeError(error)}` };
  } finally {
    process.exitCode = undefined;
    streams.forEach((stream, i) => (stream.write = writes[i] as typeof stream.write));
  }
}

/** Starts what stays up until Ctrl-C, and waits until it says that it is there. */
async function inBackground(command: string): Promise<string> {
  const child = spawn('sh', ['-c', `exec ${command}`], { stdio: ['ignore', 'pipe', 'pipe'] });
  background.push(child);
  let output = '';
  await new Promise<void>((resolve, reject) => {
    const heard = (chunk: Buffer): void => {
      output += String(chunk);
      if (/ready|Ctrl-C ends/i.test(output)) resolve();
    };
    child.stdout.on('data', heard);
    child.stderr.on('data', heard);
    child.once('close', (code) => reject(new Error(`ended with ${code}: ${output}`)));
  });
  return output;
}

/** Ctrl-C to all that stayed up: each ends with exit code 0. */
async function interrupt(): Promise<void> {
  const codes = background.splice(0).map((child) => {
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
    child.kill('SIGINT');
    return ended;
  });
  for (const code of await Promise.all(codes)) expect(code).toBe(0);
}

/** A real run of the market's folder that the gate holds. */
async function heldRun(): Promise<string> {
  const words = 'run --source csv:sales.csv --as-of 2023-12 --artifacts ./runs --raw off --json';
  const { output } = await inProcess([...words.split(' '), '--quiet', '--set', 'gate.maxLargestShare=0.1']);
  const summary = JSON.parse(output) as RunSummary;
  expect(summary.verdict).toBe('held');
  return summary.runId;
}

/** What is enough to decide on: the record of a held run, of small files. */
async function recordedHeldRun(): Promise<string> {
  const runId = randomUUID();
  const store = openStore(pathToFileURL(path.resolve('runs')).href);
  await writeStoredRun(store, { runId, asOf: '2023-12', verdict: 'held' });
  return runId;
}

async function execute(command: string): Promise<string> {
  if (/^segments (ui|serve|worker)\b/.test(command)) return await inBackground(command);
  const variables = /^export ([\s\S]*)$/.exec(command)?.[1];
  if (variables !== undefined) {
    const names = [...variables.matchAll(/(?:^|\s)([A-Z_]+)=/g)].map(([, name]) => name!);
    const { stdout } = await run('sh', ['-c', `${command}; env -0`]);
    for (const line of stdout.split('\0')) {
      const [name = ''] = line.split('=', 1);
      if (names.includes(name)) process.env[name] = line.slice(name.length + 1);
    }
    return '';
  }
  const words = command.startsWith('segments ') ? plainWords(command) : undefined;
  if (words !== undefined) {
    const { code, output } = await inProcess(words.slice(1));
    expect(code, `${command}\n${output}`).toBe(0);
    return output;
  }
  const { stdout, stderr } = await run('sh', ['-c', command]);
  if (command.startsWith('curl')) expect(JSON.parse(stdout)).not.toHaveProperty('status', expect.any(Number));
  return stdout + stderr;
}

/** What a page shows of an answer: no folders, no run IDs, which differ. */
const comparable = (text: string): string =>
  stripVTControlCharacters(text).replace(uuid, '<run>').replace(/ +/g, ' ').trim();

async function prepare({ folder, env = {}, sink, openBackfill }: PagePlan): Promise<void> {
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, ownEnvironment, cleanEnvironment(), {
    PATH: `${path.join(root, 'bin')}${path.delimiter}${ownEnvironment['PATH']}`,
    TEMPORAL_ADDRESS: server.address,
    // Runs without a server's bookkeeping: those on a server are tested elsewhere.
    SEGMENTS_ENGINE: 'in-process',
    SEGMENTS_UI_PORT: '0',
    ...env,
  });
  process.chdir(path.join(root, folder));
  if (sink) {
    const delivered = pathToFileURL(path.join(root, 'delivered')).href;
    await appendFile('segments.config.yaml', `\nsinks:\n  - { kind: file, folder: '${delivered}' }\n`);
  }
  if (openBackfill === undefined) return;
  const client = await connectClient(undefined);
  const source = { kind: 'csv', path: path.join(root, 'market/sales.csv') };
  await client.workflow.start('backfill', {
    workflowId: openBackfill,
    taskQueue: temporalConfig.taskQueues.orchestration,
    args: [{ from: '2023-11', to: '2023-12', source }],
  });
  await client.connection.close();
}

test('every page with commands is run, and every reason not to run one is met', () => {
  const withCommands = [...documented.values()].filter((page) => shellLines(page).length > 0);
  expect(plans.map(({ page }) => page).sort()).toEqual(withCommands.map(({ name }) => name).sort());
  const all = withCommands.flatMap(shellLines);
  expect(notRun.filter(([pattern]) => !all.some((command) => pattern.test(command)))).toEqual([]);
  const unmet = plans.flatMap(({ page, values = [] }) => {
    const commands = shellLines(documented.get(page)!);
    return values.filter(([placeholder]) => !commands.some((command) => command.includes(placeholder)));
  });
  expect(unmet).toEqual([]);
});

describe.each(plans)('the commands of $page', (plan) => {
  const held = new Map<string, string>();

  /** The held run that RUN stands for: a decision takes one of its own. */
  async function runFor(command: string): Promise<string> {
    const key = /runs reject/.test(command) ? 'rejected' : 'page';
    const known = held.get(key);
    if (known !== undefined) return known;
    const runId =
      plan.folder === 'tutorial'
        ? await champion()
        : /how-to|operations/.test(plan.page)
          ? await heldRun()
          : await recordedHeldRun();
    held.set(key, runId);
    return runId;
  }

  beforeAll(() => prepare(plan));
  afterAll(interrupt);

  for (const { commands, output } of shellBlocks(documented.get(plan.page)!)) {
    const said: string[] = [];
    for (const written of commands) {
      const command = written.replace(
        /^(npm run -s segments --|npx stable-segments|npx segments)/,
        'segments',
      );
      const reason = reasonFor(command);
      const name = written.replace(/\s+/g, ' ');
      if (reason !== undefined) {
        test.skip(`${name} (not run: ${reason})`, () => undefined);
        continue;
      }
      test(
        name,
        async () => {
          let filled = command;
          for (const [placeholder, value] of plan.values ?? [])
            filled = filled.replaceAll(placeholder, value);
          filled = filled.replaceAll(apiPort, String(port));
          if (/\bRUN\b/.test(filled)) filled = filled.replaceAll(/\bRUN\b/g, await runFor(filled));
          said.push(await execute(filled));
        },
        patience,
      );
    }
    if (output.length > 0)
      test(`they print what the page shows: ${output[0]!.trim()} …`, () => {
        const answer = comparable(said.join('\n'));
        for (const line of output) expect(answer).toContain(comparable(line));
      });
  }
});

async function champion(): Promise<string> {
  const { output } = await inProcess(['runs', 'list', '--artifacts', './runs', '--json']);
  return (JSON.parse(output) as { champion: string }).champion;
}
