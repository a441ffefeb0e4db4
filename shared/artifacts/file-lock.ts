import { randomUUID } from 'node:crypto';
import { link, open, readFile, rm, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { SegmentsError } from '../errors.js';
import { isAlive, type ProcessIdentity, thisProcess } from './process-identity.js';
import { temporarySuffix } from './store-key.js';

const patienceMilliseconds = 30_000;
/** Work under a lock takes milliseconds. A process of another machine cannot be asked whether it lives: this long it is believed. */
const foreignLockMilliseconds = 120_000;
const takeoverMilliseconds = 10_000;

interface Owner extends ProcessIdentity {
  readonly token: string;
}

/**
 * Runs `work` while this process alone holds the lock file, which names its owner. The lock of a dead process is taken
 * over at once, that of another machine after two minutes. `work` asks `held` right before what cannot be undone: false
 * means that the lock was taken over from a process that slept too long.
 * @throws SegmentsError StoreUnavailable after half a minute of waiting.
 */
export async function withFileLock<T>(
  file: string,
  work: (held: () => Promise<boolean>) => Promise<T>,
): Promise<T> {
  const owner: Owner = { ...thisProcess(), token: randomUUID() };
  const mine = `${file}.${owner.token}${temporarySuffix}`;
  // The owner is written before the lock appears: a lock without an owner could not be judged.
  const handle = await open(mine, 'wx');
  try {
    await handle.writeFile(JSON.stringify(owner));
  } finally {
    await handle.close();
  }
  const held = async (): Promise<boolean> => (await readOwner(file))?.token === owner.token;
  try {
    await acquire(file, mine);
    try {
      return await work(held);
    } finally {
      if (await held()) await rm(file, { force: true });
    }
  } finally {
    await rm(mine, { force: true });
  }
}

async function readOwner(file: string): Promise<Owner | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as Owner;
  } catch {
    // Emptied by a power cut: nobody's.
    return { host: '', pid: 0, started: null, token: 'unreadable' };
  }
}

async function age(file: string): Promise<number> {
  // The time of the last link, which is when the lock or the claim was taken.
  return Date.now() - ((await stat(file).catch(() => undefined))?.ctimeMs ?? Date.now());
}

async function isStale(file: string, owner: Owner): Promise<boolean> {
  if (owner.token === 'unreadable') return true;
  return !(isAlive(owner) ?? (await age(file)) < foreignLockMilliseconds);
}

async function tryLink(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/**
 * Removes a stale lock. Of all who found it stale only the one that links the claim may, and only while the lock is
 * still the one it judged; so a slow process never removes its successor's lock.
 */
async function removeStale(file: string, stale: Owner, mine: string): Promise<void> {
  const claim = `${file}.${stale.token}.taken${temporarySuffix}`;
  if (await tryLink(mine, claim)) {
    if ((await readOwner(file))?.token === stale.token) await rm(file, { force: true });
    await rm(claim, { force: true });
  } else if ((await age(claim)) > takeoverMilliseconds) {
    // Whoever claimed it died in between.
    await rm(claim, { force: true });
  }
}

async function acquire(file: string, mine: string): Promise<void> {
  const deadline = Date.now() + patienceMilliseconds;
  for (;;) {
    if (await tryLink(mine, file)) return;
    const holder = await readOwner(file);
    if (holder !== undefined && (await isStale(file, holder))) await removeStale(file, holder, mine);
    else if (holder !== undefined && Date.now() > deadline) {
      throw new SegmentsError(
        'StoreUnavailable',
        `${file} has been held by process ${holder.pid} on ${holder.host} for more than ${patienceMilliseconds / 1000} s`,
        { where: file, remedy: 'If that process is stuck, end it; the stage is retried.' },
      );
    }
    await sleep(2 + (process.pid % 7));
  }
}
