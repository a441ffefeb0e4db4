import { parseManifest } from '../shared/artifacts/manifest.js';
import { readChampion } from '../shared/artifacts/run-index.js';
import { SegmentsError } from '../shared/errors.js';
import { pointTo } from './prepare.js';
import { type Stage } from './stage-of.js';

/** Settles the store, and finds the run whose model and segments are used. */
export const prepareRescore: Stage<'prepareRescore'> = async (
  { openStore, defaultStore, signal, indexed },
  { artifacts, runId },
) => {
  const store = openStore(artifacts ?? defaultStore);
  const model = runId === undefined ? await readChampion(store) : await pointTo(store, runId);
  if (model === undefined) {
    throw new SegmentsError('RunNotFound', `found no champion in ${store.uri}; expected a published run`, {
      where: store.uri,
      remedy: 'Run retrain first, or name a run by runId.',
    });
  }
  const { config } = parseManifest(await store.fetchBytes(model.manifest, signal), model.manifest.uri);
  return {
    store: store.uri,
    model: { runId: model.runId, asOf: model.asOf, manifest: model.manifest },
    config,
    indexed,
    files: {},
    detail: `into the segments of ${model.asOf}`,
  };
};
