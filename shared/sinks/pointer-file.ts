import { z } from 'zod';
import { takesOver } from '../artifacts/champion-order.js';
import { type ArtifactStore } from '../artifacts/store.js';
import { changeShared, readShared, type SharedObject } from '../artifacts/swap-json.js';
import { asOfMonthSchema } from '../contracts/as-of-month.js';
import { referenceSchema } from '../contracts/reference.js';
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

const pointerObject = (key: string): SharedObject<PointerFile> => ({
  key,
  schema: pointerSchema,
  corrupt: {
    code: 'SinkRefused',
    remedy: 'Remove the file: the next delivery of the champion writes it again.',
  },
});

export async function readPointer(store: ArtifactStore, key: string): Promise<PointerFile | undefined> {
  return (await readShared(store, pointerObject(key)))?.content;
}

/** Points at `next` by compare-and-swap, unless a later run is there already; gives what is pointed at afterwards. */
export async function movePointer(
  store: ArtifactStore,
  key: string,
  next: PointerFile,
): Promise<PointerFile> {
  let pointer = next;
  await changeShared(
    store,
    pointerObject(key),
    (current) => {
      pointer = takesOver(next, current) ? next : current!;
      return pointer === next ? next : undefined;
    },
    (said) => sinkUnavailable(`${store.uri}/${key}`, said),
  );
  return pointer;
}
