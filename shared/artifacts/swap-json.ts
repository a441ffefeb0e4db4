import { type z } from 'zod';
import { validate } from '../contracts/validate.js';
import { type ErrorCode, SegmentsError } from '../errors.js';
import { type ArtifactStore } from './store.js';

/** A small object that several processes read and change. */
export interface SharedObject<T> {
  readonly key: string;
  readonly schema: z.ZodType<T>;
  /** What it means where it cannot be read, and what to do then. */
  readonly corrupt: { readonly code: ErrorCode; readonly remedy: string };
}

const attempts = 20;

/** The object and its version, or undefined where there is none. @throws SegmentsError of the kind that `corrupt` names */
export async function readShared<T>(
  store: ArtifactStore,
  { key, schema, corrupt }: SharedObject<T>,
): Promise<{ readonly content: T; readonly version: string } | undefined> {
  const found = await store.read(key);
  if (found === undefined) return undefined;
  const what = { ...corrupt, where: `${store.uri}/${key}` };
  let content: unknown;
  try {
    content = JSON.parse(new TextDecoder().decode(found.bytes));
  } catch (error) {
    throw new SegmentsError(what.code, `${what.where} is not JSON: ${(error as Error).message}`, what);
  }
  return { content: validate(schema, content, what), version: found.version };
}

/**
 * Reads, changes and writes the object until nobody was faster. `change` gives undefined where all is well already. Throws what
 * `conflict` gives where others were faster each time.
 */
export async function changeShared<T>(
  store: ArtifactStore,
  object: SharedObject<T>,
  change: (current: T | undefined) => T | undefined,
  conflict: (said: string) => SegmentsError,
): Promise<void> {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const found = await readShared(store, object);
    const next = change(found?.content);
    if (next === undefined) return;
    const bytes = new TextEncoder().encode(`${JSON.stringify(next, null, 2)}\n`);
    if (await store.swap(object.key, bytes, found?.version)) return;
  }
  throw conflict(`${object.key} changed ${attempts} times while this run tried to change it`);
}
