import { link, open, readFile, rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { hostname } from 'node:os';
import { randomUUID } from 'node:crypto';
import { SegmentsError } from '../errors.js';

const patienceMilliseconds = 30_000;

interface Owner {
  readonly host: string;
  readonly pid: number;
  readonly token: string;
}

function alive({ host, pid }: Owner): boolean {
  // A process of another machine cannot be asked: it is taken to live.
  if (host !== hostname()) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * Runs `work` while this process alone holds the lock file, which names its owner. The lock of a dead process is taken
 * over. @throws SegmentsError StoreUnavailable after half a minute of waiting.
 */
export async function withFileLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  const owner: Owner = { host: hostname(), pid: process.pid, token: randomUUID() };
  const mine = `${file}.${owner.token}.partial`;
  // The owner is written before the lock appears: a lock without an owner could never be taken over.
  const handle = await open(mine, 'wx');
  await handle.writeFile(JSON.stringify(owner));
  await handle.close();
  try {
    await acquire(file, mine);
    try {
      return await work();
    } finally {
      await rm(file, { force: true });
    }
  } finally {
    await rm(mine, { force: true });
  }
}

async function acquire(file: string, mine: string): Promise<void> {
  const deadline = Date.now() + patienceMilliseconds;
  for (;;) {
    try {
      await link(mine, file);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const text = await readFile(file, 'utf8').catch(() => undefined);
    if (text === undefined) continue;
    const holder = JSON.parse(text) as Owner;
    if (!alive(holder)) {
      // Only one process may remove a given dead lock, or a slow one could remove its successor.
      const claimed = await link(mine, `${file}.${holder.token}.taken.partial`).then(
        () => true,
        () => false,
      );
      if (claimed) await rm(file, { force: true });
      else await sleep(20);
      continue;
    }
    if (Date.now() > deadline) {
      throw new SegmentsError(
        'StoreUnavailable',
        `${file} has been held by process ${holder.pid} on ${holder.host} for long`,
        {
          where: file,
          remedy: 'If that process is stuck, end it; the stage is retried.',
        },
      );
    }
    await sleep(5 + (process.pid % 7));
  }
}
