import path from 'node:path';
import { type FileMap, type RunContext } from '../shared/contracts/stage-activities.js';
import { type Reference } from '../shared/contracts/reference.js';
import { SegmentsError } from '../shared/errors.js';
import { type ArtifactStore } from '../shared/artifacts/store.js';
import { type StageTools } from './stage-tools.js';

/** The artifacts of one execution: read by their names, written under its folder. */
export interface RunFolder {
  /** Brings a file to the scratch folder, checked, and gives its local path. */
  fetch(name: string): Promise<string>;
  /** Reads a small file, checked. */
  read(name: string): Promise<Uint8Array>;
  /** Stores a local file under `name`. */
  put(name: string, localPath: string, rows: number): Promise<Reference>;
  /** Stores bytes under `name`. */
  write(name: string, bytes: Uint8Array | string, rows?: number): Promise<Reference>;
  has(name: string): boolean;
}

/** Opens a folder of the store for reading `files` and, where `folder` is given, for writing. */
export function openRunFolder(
  tools: Pick<StageTools, 'openStore' | 'scratch' | 'signal'>,
  run: Pick<RunContext, 'store' | 'folder'>,
  files: FileMap,
): RunFolder {
  const store: ArtifactStore = tools.openStore(run.store);
  const { signal } = tools;
  const reference = (name: string): Reference => {
    const found = files[name];
    if (found !== undefined) return found;
    throw new SegmentsError(
      'ArtifactNotFound',
      `${run.folder} has no ${name}; it has ${Object.keys(files).join(', ')}`,
      {
        where: `${run.store}/${run.folder}/${name}`,
        remedy: 'Run that month again: the stage that writes it has not run, or its file was removed.',
      },
    );
  };
  return {
    has: (name) => files[name] !== undefined,
    async fetch(name) {
      const local = path.join(tools.scratch, `${run.folder}/${name}`.replaceAll('/', '__'));
      await store.fetchFile(reference(name), local, signal);
      return local;
    },
    read: (name) => store.fetchBytes(reference(name), signal),
    put: (name, localPath, rows) => store.putFile(`${run.folder}/${name}`, localPath, { rows, signal }),
    write: (name, bytes, rows = 0) =>
      store.putBytes(
        `${run.folder}/${name}`,
        typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes,
        {
          rows,
          signal,
        },
      ),
  };
}
