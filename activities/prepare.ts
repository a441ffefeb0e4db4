import { readManifest } from '../shared/artifacts/manifest.js';
import { latestPublishedBefore } from '../shared/artifacts/run-index.js';
import { type ArtifactStore } from '../shared/artifacts/store.js';
import { digestBytes } from '../shared/artifacts/file-digest.js';
import { type RunPointer } from '../shared/contracts/stage-activities.js';
import { SegmentsError } from '../shared/errors.js';
import { type Stage } from './stage-of.js';

/** Settles the store, and finds the run that this one is compared with. */
export const prepare: Stage<'prepare'> = async (
  { openStore, defaultStore, indexed },
  { asOf, artifacts, compareTo },
) => {
  const store = openStore(artifacts ?? defaultStore);
  const previous = await findPrevious(store, asOf, compareTo);
  return {
    store: store.uri,
    previous,
    indexed,
    files: {},
    detail: previous === undefined ? 'nothing to compare with' : `compared with ${previous.asOf}`,
  };
};

async function findPrevious(
  store: ArtifactStore,
  asOf: string,
  compareTo: string,
): Promise<RunPointer | undefined> {
  if (compareTo === 'none') return undefined;
  if (compareTo === 'previous') {
    const entry = await latestPublishedBefore(store, asOf);
    return entry && { runId: entry.runId, asOf: entry.asOf, manifest: entry.manifest };
  }
  const pointer = await pointTo(store, compareTo);
  if (pointer.asOf < asOf) return pointer;
  throw new SegmentsError(
    'InvalidInput',
    `compareTo: run ${compareTo} is of ${pointer.asOf}; expected a month before ${asOf}`,
    {
      where: 'compareTo',
      remedy: 'Name a run of an earlier month, or leave compareTo out.',
    },
  );
}

/** A finished run by its ID. @throws SegmentsError RunNotFound */
export async function pointTo(store: ArtifactStore, runId: string): Promise<RunPointer> {
  const { asOf } = await readManifest(store, runId);
  const key = `runs/${runId}/manifest.json`;
  const { bytes } = (await store.read(key))!;
  return { runId, asOf, manifest: { uri: `${store.uri}/${key}`, ...digestBytes(bytes), rows: 0 } };
}
