import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

/** A process among all of this machine's, past ones too: PIDs come again, above all in restarted containers. */
export interface ProcessIdentity {
  readonly host: string;
  readonly pid: number;
  /** Start in clock ticks since boot, with the boot's ID; null where the system does not tell. */
  readonly started: string | null;
}

/** Field 22 of /proc/PID/stat, counted after the command, which may hold spaces and parentheses. */
function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return ticks === undefined ? null : `${boot}/${ticks}`;
  } catch {
    return null;
  }
}

export function thisProcess(): ProcessIdentity {
  return { host: hostname(), pid: process.pid, started: startOf(process.pid) };
}

/** Whether that process still runs; undefined where it is another machine's, which cannot be asked. */
export function isAlive({ host, pid, started }: ProcessIdentity): boolean | undefined {
  if (host !== hostname()) return undefined;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const now = startOf(pid);
  return started === null || now === null || now === started;
}
