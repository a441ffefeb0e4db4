import { Connection } from '@temporalio/client';
import { mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';

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

const leaseFile = (folder: string): string => path.join(folder, 'temporal-server.json');

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
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
  const parsed = leaseSchema.safeParse(JSON.parse(text || 'null'));
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

/**
 * Takes the right to open the folder's server database, for this process's lifetime. False where a living process
 * has it: SQLite files have one server at a time.
 */
export async function claimDatabase(folder: string): Promise<boolean> {
  await mkdir(folder, { recursive: true });
  const file = path.join(folder, 'temporal-server.lock');
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      const handle = await open(file, 'wx');
      await handle.writeFile(String(process.pid));
      await handle.close();
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const owner = Number(await readFile(file, 'utf8').catch(() => ''));
      if (owner > 0 && isAlive(owner)) return false;
      await rm(file, { force: true });
    }
  }
  return false;
}

export async function releaseDatabase(folder: string): Promise<void> {
  await rm(path.join(folder, 'temporal-server.lock'), { force: true });
}
