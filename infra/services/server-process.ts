import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { endGroup } from './end-group.js';

const pollMilliseconds = 100;
const tailCharacters = 4000;

export interface ServerCommand {
  /** For messages: "the BigQuery emulator". */
  readonly name: string;
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd?: string | undefined;
  readonly env?: NodeJS.ProcessEnv | undefined;
  /** True where it starts processes of its own: it gets a group, and all of it ends together. */
  readonly group?: boolean;
}

export interface ServerProcess {
  stop(): Promise<void>;
}

/**
 * Starts a server and waits until `ready` holds. @throws with the last that it said, where it ends before that or is
 * not ready within `milliseconds`; nothing of it runs then.
 */
export async function startServerProcess(
  { name, file, args, cwd, env, group = false }: ServerCommand,
  ready: () => Promise<boolean>,
  milliseconds: number,
): Promise<ServerProcess> {
  const child = spawn(file, [...args], { cwd, env, detached: group, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  const hear = (text: unknown): void => void (said = (said + String(text)).slice(-tailCharacters));
  child.on('error', hear);
  for (const stream of [child.stdout, child.stderr]) stream.on('data', hear);
  const hasEnded = (): boolean =>
    child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
  const stop = async (): Promise<void> => {
    if (group) return await endGroup(child);
    if (hasEnded()) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  };
  for (let waited = 0; waited < milliseconds && !hasEnded(); waited += pollMilliseconds) {
    if (await ready()) return { stop };
    await sleep(pollMilliseconds);
  }
  const what = hasEnded() ? 'ended' : 'does not get ready';
  await stop();
  throw new Error(`${name} ${what}: ${said}`);
}

/** Whether something listens on a port of this machine. */
export function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/** Whether a GET of `url` is answered with success. */
export async function isServed(url: string): Promise<boolean> {
  return await fetch(url).then(
    ({ ok }) => ok,
    () => false,
  );
}
