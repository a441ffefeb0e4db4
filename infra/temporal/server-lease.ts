import { Connection } from '@temporalio/client';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { withFileLock } from '../../shared/artifacts/file-lock.js';
import {
  isAlive as isProcessAlive,
  type ProcessIdentity,
  thisProcess,
} from '../../shared/artifacts/process-identity.js';

const leaseSchema = z.object({
  /** The `segments` process that answers for the server. */
  owner: z.int(),
  /** True where the owner stays up until told otherwise, so that others may lean on its server. */
  shared: z.boolean(),
  server: z.int(),
  address: z.string(),
  ui: z.string(),
});

export type ServerLease = z.infer<typeof leaseSchema>;

const processIdentitySchema = z.object({ host: z.string(), pid: z.int(), started: z.string().nullable() });

/** A file that a power cut left empty or full of zeros names nobody. */
function parsedOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const leaseFile = (folder: string): string => path.join(folder, 'temporal-server.json');

/** Whether a process of this machine runs. */
export function isAlive(pid: number): boolean {
  return isProcessAlive({ host: hostname(), pid, started: null }) === true;
}

async function answers(address: string): Promise<boolean> {
  try {
    const connection = await Connection.connect({ address, connectTimeout: '2s' });
    await connection.close();
    return true;
  } catch {
    return false;
  }
}

/** Who has the folder's server database open now; undefined where its server is gone. */
export async function readLease(folder: string): Promise<ServerLease | undefined> {
  const text = await readFile(leaseFile(folder), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const parsed = leaseSchema.safeParse(parsedOrNull(text));
  if (!parsed.success || !isAlive(parsed.data.server)) return undefined;
  return (await answers(parsed.data.address)) ? parsed.data : undefined;
}

export async function writeLease(folder: string, lease: ServerLease): Promise<void> {
  const file = leaseFile(folder);
  await writeFile(`${file}.${process.pid}`, JSON.stringify(lease));
  await rename(`${file}.${process.pid}`, file);
}

export async function dropLease(folder: string): Promise<void> {
  await rm(leaseFile(folder), { force: true });
}

const claimFile = (folder: string): string => path.join(folder, 'temporal-server.lock');

async function readClaim(folder: string): Promise<ProcessIdentity | undefined> {
  const text = await readFile(claimFile(folder), 'utf8').catch(() => 'null');
  return processIdentitySchema.safeParse(parsedOrNull(text)).data;
}

/**
 * Takes the right to open the folder's server database, for this process's lifetime. False where a living process
 * has it: SQLite files have one server at a time.
 */
export async function claimDatabase(folder: string): Promise<boolean> {
  await mkdir(folder, { recursive: true });
  const file = claimFile(folder);
  return await withFileLock(`${file}.judging`, async () => {
    const owner = await readClaim(folder);
    // A process of another machine cannot be asked: it is believed to live.
    if (owner !== undefined && isProcessAlive(owner) !== false) return false;
    await writeFile(`${file}.${process.pid}`, JSON.stringify(thisProcess()));
    await rename(`${file}.${process.pid}`, file);
    return true;
  });
}

export async function releaseDatabase(folder: string): Promise<void> {
  await rm(claimFile(folder), { force: true });
}
