import { z } from 'zod';
import { type ArtifactStore } from '../artifacts/store.js';
import { asOfMonthSchema } from '../contracts/as-of-month.js';
import { referenceSchema } from '../contracts/reference.js';
import { validate } from '../contracts/validate.js';
import { takesOver } from './history-layout.js';
import { sinkUnavailable } from './sink-errors.js';

const pointerSchema = z.strictObject({
  version: z.literal(1),
  runId: z.string(),
  asOf: asOfMonthSchema,
  finishedAt: z.number(),
  /** The file of the history that is current. */
  file: referenceSchema,
});

export type PointerFile = z.infer<typeof pointerSchema>;

const attempts = 20;

export async function readPointer(
  store: ArtifactStore,
  key: string,
): Promise<{ pointer: PointerFile; version: string } | undefined> {
  const found = await store.read(key);
  if (found === undefined) return undefined;
  const where = `${store.uri}/${key}`;
  let content: unknown;
  try {
    content = JSON.parse(new TextDecoder().decode(found.bytes));
  } catch {
    content = undefined;
  }
  const remedy = 'Remove the file: the next delivery of the champion writes it again.';
  return {
    pointer: validate(pointerSchema, content, { code: 'SinkRefused', where, remedy }),
    version: found.version,
  };
}

/** Points at `next` by compare-and-swap, unless a later run is there already; gives what is pointed at afterwards. */
export async function movePointer(
  store: ArtifactStore,
  key: string,
  next: PointerFile,
): Promise<PointerFile> {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const found = await readPointer(store, key);
    if (!takesOver(next, found?.pointer)) return found!.pointer;
    const bytes = new TextEncoder().encode(`${JSON.stringify(next, null, 2)}\n`);
    if (await store.swap(key, bytes, found?.version)) return next;
  }
  throw sinkUnavailable(`${store.uri}/${key}`, `changed ${attempts} times while this delivery tried to`);
}
