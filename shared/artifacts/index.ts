/** Reading finished runs from a store. */
export { openStore } from './open-store.js';
export { type ArtifactStore } from './store.js';
export { type Manifest, readManifest } from './manifest.js';
export { type IndexEntry, listRuns, readChampion } from './run-index.js';
export { type Reference } from '../contracts/reference.js';
