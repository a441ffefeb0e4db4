import { type Manifest, parseManifest } from '../shared/artifacts/manifest.js';
import { type RunPointer } from '../shared/contracts/stage-activities.js';
import { openRunFolder, type RunFolder } from './run-folder.js';
import { type StageTools } from './stage-tools.js';

export interface StoredRun {
  readonly manifest: Manifest;
  readonly folder: RunFolder;
}

/** Opens a finished run of the same store for reading, its manifest checked against the pointer's hash. */
export async function openStoredRun(
  tools: Pick<StageTools, 'openStore' | 'scratch' | 'signal'>,
  store: string,
  pointer: RunPointer,
): Promise<StoredRun> {
  const bytes = await tools.openStore(store).fetchBytes(pointer.manifest, tools.signal);
  const manifest = parseManifest(bytes, pointer.manifest.uri);
  const folder = openRunFolder(tools, { store, folder: `runs/${manifest.runId}` }, manifest.files);
  return { manifest, folder };
}
