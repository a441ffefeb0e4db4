import { type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

const patienceMilliseconds = 10_000;

/** Ends a process that was started `detached`, with everything that it started itself. */
export async function endGroup(child: ChildProcess): Promise<void> {
  const { pid } = child;
  if (pid === undefined) return;
  const signal = (name: NodeJS.Signals): void => {
    try {
      process.kill(-pid, name);
    } catch {
      // The whole group has ended.
    }
  };
  if (child.exitCode === null && child.signalCode === null) {
    const gone = once(child, 'exit');
    signal('SIGTERM');
    const late = setTimeout(() => signal('SIGKILL'), patienceMilliseconds);
    await gone;
    clearTimeout(late);
  }
  // What outlived its parent.
  signal('SIGKILL');
}
