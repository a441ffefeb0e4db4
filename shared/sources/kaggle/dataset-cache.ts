import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { type Environment } from '../sales-source.js';

const markerSchema = z.object({ bytes: z.number(), sha256: z.string() });
export type Marker = z.infer<typeof markerSchema>;

/** `$XDG_CACHE_HOME/stable-segments/kaggle`, or under `~/.cache`. */
export function kaggleCache(env: Environment): string {
  const caches = env['XDG_CACHE_HOME'] || path.join(env['HOME'] || homedir(), '.cache');
  return path.join(caches, 'stable-segments', 'kaggle');
}

/** Where a file of one version is kept. Its name, whatever it holds, becomes one short path segment of its own. */
export function cachedFile(cache: string, dataset: string, version: number, fileName: string): string {
  const digest = createHash('sha256').update(fileName).digest('hex').slice(0, 16);
  const readable = fileName.replace(/[^A-Za-z0-9.-]/g, '_').slice(-50);
  return path.join(cache, ...dataset.split('/'), String(version), `${digest}-${readable}`);
}

/** True where the file is there and whole: its marker, written last, says how long it must be. */
export async function isCached(file: string): Promise<boolean> {
  try {
    const marker = markerSchema.parse(JSON.parse(await readFile(markerOf(file), 'utf8')));
    return (await stat(file)).size === marker.bytes;
  } catch {
    return false;
  }
}

export async function markComplete(file: string, { bytes, sha256 }: Marker): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  const temporary = `${markerOf(file)}.${randomUUID()}`;
  await writeFile(temporary, `${JSON.stringify({ bytes, sha256 })}\n`);
  await rename(temporary, markerOf(file));
}

function markerOf(file: string): string {
  return `${file}.complete.json`;
}
