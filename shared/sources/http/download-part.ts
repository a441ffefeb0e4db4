import { createHash, randomUUID } from 'node:crypto';
import { readdir, rename, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { isAlive } from '../../artifacts/process-identity.js';

const unfinished = '.part';
const free = 'free';
/** Longer entity tags do not fit into a file name; such a download begins anew instead of going on. */
const longestTag = 100;
/** A download that lives writes at least every minute, or reads what came for its digest. */
const abandonedMilliseconds = 15 * 60_000;

/** What has come of a file, while one download alone may write it. */
export interface DownloadPart {
  readonly file: string;
  /** The entity tag that says what it is a part of; undefined where nobody could tell later. */
  readonly etag: string | undefined;
  /** Bytes that were there when it was taken. */
  readonly bytes: number;
}

/** Files that downloads of this process write to. */
const mine = new Set<string>();

const hostName = (): string => createHash('sha256').update(hostname()).digest('hex').slice(0, 8);

/** `TARGET.TAG.OWNER.part`: who writes to it, or that nobody does, is part of the name and changes by one rename. */
function nameOf(target: string, tag: string, owner: string): string {
  return `${target}.${tag}.${owner}-${randomUUID().slice(0, 8)}${unfinished}`;
}

function own(target: string, tag: string, pid: number): string {
  const file = nameOf(target, tag, `${hostName()}-${pid}`);
  mine.add(file);
  return file;
}

/** A new part, which does not lie on disk yet. */
export function newPart(target: string, etag: string | undefined, pid = process.pid): DownloadPart {
  const strong = etag !== undefined && !etag.startsWith('W/') && etag.length <= longestTag;
  const file = own(target, strong ? Buffer.from(etag).toString('base64url') : '', pid);
  return { file, etag: strong ? etag : undefined, bytes: 0 };
}

/** The largest part that nobody writes to, now this download's own: of several that want it, one gets it. */
export async function takePart(target: string): Promise<DownloadPart | undefined> {
  const found = (await freeParts(target)).filter(({ tag, bytes }) => tag !== '' && bytes > 0);
  for (const { file, tag } of found.sort((a, b) => b.bytes - a.bytes)) {
    const taken = own(target, tag, process.pid);
    try {
      await rename(file, taken);
      const { size } = await stat(taken);
      return { file: taken, etag: Buffer.from(tag, 'base64url').toString(), bytes: size };
    } catch (error) {
      mine.delete(taken);
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
  return undefined;
}

/** Leaves a part to whoever goes on with it; one of which nobody could tell what it is, is removed. */
export async function leavePart(target: string, { file, etag }: DownloadPart): Promise<void> {
  const left = nameOf(target, Buffer.from(etag ?? '').toString('base64url'), free);
  if (etag === undefined) await rm(file, { force: true });
  else await rename(file, left).catch(() => undefined);
  mine.delete(file);
}

export async function removePart({ file }: DownloadPart): Promise<void> {
  await rm(file, { force: true });
  mine.delete(file);
}

/** The part is the whole file: it takes its place, and parts that nobody writes to are of no use any more. */
export async function completePart(target: string, { file }: DownloadPart): Promise<void> {
  await rename(file, target);
  mine.delete(file);
  for (const left of await freeParts(target)) await rm(left.file, { force: true });
}

/** Parts that no download writes to: left by one, or by a process that died. */
async function freeParts(target: string): Promise<{ file: string; tag: string; bytes: number }[]> {
  const folder = path.dirname(target);
  const prefix = `${path.basename(target)}.`;
  const parts: { file: string; tag: string; bytes: number }[] = [];
  for (const name of await readdir(folder)) {
    if (!name.startsWith(prefix) || !name.endsWith(unfinished)) continue;
    const [tag, owner] = name.slice(prefix.length, -unfinished.length).split('.');
    const file = path.join(folder, name);
    const status = await stat(file).catch(() => undefined);
    if (tag === undefined || owner === undefined || status === undefined) continue;
    const isOwned = !owner.startsWith(`${free}-`) && isWritten(file, owner, status.mtimeMs);
    if (!isOwned) parts.push({ file, tag, bytes: status.size });
  }
  return parts;
}

function isWritten(file: string, owner: string, changedAt: number): boolean {
  const [host, pid] = owner.split('-');
  const here = host === hostName();
  // A PID comes again, above all in a container: what this process writes, it knows itself.
  if (here && Number(pid) === process.pid) return mine.has(file);
  if (here && isAlive({ host: hostname(), pid: Number(pid), started: null }) === false) return false;
  return Date.now() - changedAt < abandonedMilliseconds;
}
