import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type ActivityDependencies } from '../activities/stage-tools.js';
import { openStore } from '../shared/artifacts/open-store.js';
import { temporalConfig } from '../temporal.config.js';
import { createComputePool } from '../workers/compute-pool.js';
import { openScratchRoot } from '../workers/scratch-root.js';

/** What this process's activities work with, and how to let go of it. */
export interface ProcessDependencies extends Omit<ActivityDependencies, 'scope'> {
  close(): Promise<void>;
}

/** The store that is used where neither a flag nor the settings file names one. */
export function defaultStore(env: NodeJS.ProcessEnv): string {
  return (
    env['SEGMENTS_ARTIFACTS'] || pathToFileURL(path.resolve(temporalConfig.artifactStore.defaultFolder)).href
  );
}

/** Version of the package, and of the compiled sources where it runs from a checkout. */
export function codeVersion(): string {
  const isCompiled = import.meta.url.includes('/dist/');
  const root = fileURLToPath(new URL(isCompiled ? '../../' : '../', import.meta.url));
  const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
    version: string;
  };
  try {
    return `${version}+${readFileSync(path.join(root, 'dist/.source-hash'), 'utf8').slice(0, 12)}`;
  } catch {
    return version;
  }
}

/**
 * Reads SEGMENTS_ARTIFACTS (store), SEGMENTS_SCRATCH (folder), SEGMENTS_THREADS (number), SEGMENTS_DUCKDB_MEMORY
 * (for example 2GB). None of them changes a result.
 */
export function processDependencies(env: NodeJS.ProcessEnv, store = defaultStore(env)): ProcessDependencies {
  const threads = Number(env['SEGMENTS_THREADS'] || availableParallelism());
  const compute = createComputePool(threads);
  const scratch = openScratchRoot(path.resolve(env['SEGMENTS_SCRATCH'] || '.segments/scratch'));
  return {
    openStore: (uri) => openStore(uri),
    defaultStore: store,
    compute,
    scratchRoot: scratch.folder,
    duckDb: { memoryLimit: env['SEGMENTS_DUCKDB_MEMORY'] || '1GB', threads },
    env,
    codeVersion: codeVersion(),
    async close() {
      await compute.close();
      scratch.close();
    },
  };
}
