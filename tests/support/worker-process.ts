import { type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { startSegments } from './segments-command.js';

export interface WorkerProcess {
  readonly child: ChildProcess;
  /** All that it wrote to standard error so far. */
  stderr(): string;
  /** Ends it as the kernel's out-of-memory killer would. */
  kill(): Promise<void>;
  /** Asks it to stop, waits, and gives its exit code. */
  stop(): Promise<number | null>;
}

/** Starts `segments worker` in a folder of its own, and waits until it polls. The caller ends it. */
export async function startWorkerProcess(cwd: string, env: Record<string, string>): Promise<WorkerProcess> {
  const child = startSegments(['worker', '--json'], { cwd, env });
  let stderr = '';
  child.stderr!.on('data', (chunk: Buffer) => (stderr = (stderr + chunk.toString()).slice(-200_000)));
  const ended = (): boolean => child.exitCode !== null || child.signalCode !== null;
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    if (!ended()) {
      child.kill(signal);
      await once(child, 'exit');
    }
    return child.exitCode;
  };
  await new Promise<void>((resolve, reject) => {
    child.stdout!.on('data', (chunk: Buffer) => chunk.toString().includes('"ready":true') && resolve());
    child.once('exit', (code) => reject(new Error(`the worker ended with ${code}: ${stderr}`)));
  });
  return {
    child,
    stderr: () => stderr,
    kill: async () => void (await end('SIGKILL')),
    stop: () => end('SIGTERM'),
  };
}
