import { randomUUID } from 'node:crypto';
import { SegmentsError } from '../errors.js';
import { type ArtifactStore } from './store.js';

/**
 * Proves that a store reads, writes, and keeps compare-and-swap: a second create must lose, a swap with an old version
 * must lose, one with the right version must win. Leaves nothing behind.
 * @throws SegmentsError StoreRefused where two publishers could both win.
 */
export async function checkConditionalWrites(store: ArtifactStore): Promise<void> {
  const key = `index/probe-${randomUUID()}`;
  const text = (value: string): Uint8Array => new TextEncoder().encode(value);
  const problems: string[] = [];
  try {
    if (!(await store.swap(key, text('first'), undefined)))
      problems.push('a create of a new object was refused');
    const first = await store.read(key);
    if (await store.swap(key, text('second'), undefined))
      problems.push('If-None-Match is ignored: an existing object was replaced');
    const current = await store.read(key);
    if (!(await store.swap(key, text('third'), current?.version)))
      problems.push('a swap with the right version was refused');
    if (await store.swap(key, text('fourth'), first?.version))
      problems.push('If-Match is ignored: a swap with an old version won');
  } finally {
    await store.remove(key);
  }
  if (problems.length === 0) return;
  throw new SegmentsError(
    'StoreRefused',
    `${store.uri} does not keep conditional writes, so two publishers could both win: ${problems.join('; ')}`,
    {
      where: store.uri,
      remedy:
        'Use a store that honours If-None-Match and If-Match (AWS S3, MinIO, versitygw), or a file:// store.',
      problems,
    },
  );
}
