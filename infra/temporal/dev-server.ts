import { Connection } from '@temporalio/client';
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { SegmentsError } from '../../shared/errors.js';
import { searchAttributes } from './search-attributes.js';
import { freePort } from '../free-port.js';

export interface DevServer {
  /** gRPC address, host:port. */
  readonly address: string;
  /** The web UI's address. */
  readonly ui: string;
  readonly pid: number;
  /** Ends the server; its database is whole afterwards. */
  stop(): Promise<void>;
}

export interface DevServerOptions {
  readonly executable: string;
  /** SQLite file that outlives the server; undefined for a server that forgets. */
  readonly database: string | undefined;
  readonly logFile: string;
  /** Ports taken if free; any other free ones if not. */
  readonly wishedPort?: number;
  readonly wishedUiPort?: number;
}

const attempts = 3;

/**
 * Starts a Temporal dev server (server and UI in one process) on 127.0.0.1 and waits until it answers.
 * @throws SegmentsError EngineUnavailable with the last lines of its log.
 */
export async function startDevServer(options: DevServerOptions): Promise<DevServer> {
  await mkdir(path.dirname(options.logFile), { recursive: true });
  let problem = '';
  // A free port can be lost to another process between the look and the start: look again.
  for (let attempt = 0; attempt < attempts; attempt++) {
    const port = await freePort(attempt === 0 ? options.wishedPort : 0);
    const uiPort = await freePort(attempt === 0 ? options.wishedUiPort : 0);
    const log = openSync(options.logFile, 'a');
    const child = spawn(
      options.executable,
      [
        ...['server', 'start-dev', '--ip', '127.0.0.1', '--ui-ip', '127.0.0.1', '--log-level', 'error'],
        ...['--port', String(port), '--ui-port', String(uiPort)],
        ...searchAttributes.flatMap((name) => ['--search-attribute', `${name}=Keyword`]),
        ...(options.database === undefined ? [] : ['--db-filename', options.database]),
      ],
      // A group of its own: Ctrl-C reaches this process first, which ends its workflows' worker before the server.
      { stdio: ['ignore', log, log], detached: true },
    );
    closeSync(log);
    const exited = new Promise<void>((resolve) => {
      child.once('exit', () => resolve());
      child.once('error', () => resolve());
    });
    if (await answers(`127.0.0.1:${port}`, child)) {
      return {
        address: `127.0.0.1:${port}`,
        ui: `http://127.0.0.1:${uiPort}`,
        pid: child.pid!,
        stop: () => stop(child, exited),
      };
    }
    await stop(child, exited);
    problem = (await readFile(options.logFile, 'utf8').catch(() => ''))
      .trim()
      .split('\n')
      .slice(-3)
      .join(' ');
  }
  throw new SegmentsError(
    'EngineUnavailable',
    `The Temporal dev server did not start in ${attempts} attempts: ${problem}`,
    {
      where: options.executable,
      remedy: `Read ${options.logFile}; or set TEMPORAL_ADDRESS to a running server; or use --engine in-process.`,
    },
  );
}

async function answers(address: string, child: ChildProcess): Promise<boolean> {
  const deadline = Date.now() + 30_000;
  while (
    Date.now() < deadline &&
    child.exitCode === null &&
    child.signalCode === null &&
    child.pid !== undefined
  ) {
    try {
      const connection = await Connection.connect({ address, connectTimeout: '2s' });
      try {
        await connection.workflowService.describeNamespace({ namespace: 'default' });
        return true;
      } finally {
        await connection.close();
      }
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 150));
    }
  }
  return false;
}

async function stop(child: ChildProcess, exited: Promise<void>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await exited;
  clearTimeout(timer);
}
